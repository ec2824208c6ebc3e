package dev.tidemill.local;

/**
 * Thrown after an embedded broker has failed. The message is one line with the directory and the
 * reason.
 */
public final class BrokerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerFailedException(String message) {
    // No stack trace: the Kafka threads that it ends log it, and the trace adds nothing.
    super(message, null, false, false);
  }
}
