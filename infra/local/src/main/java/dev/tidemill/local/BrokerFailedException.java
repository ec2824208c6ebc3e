package dev.tidemill.local;

/** An embedded broker has given up. The message is one line that says which directory, and why. */
public final class BrokerFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerFailedException(String message) {
    // Kafka's threads that it ends log it: where from says nothing.
    super(message, null, false, false);
  }
}
