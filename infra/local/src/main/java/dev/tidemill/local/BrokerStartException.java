package dev.tidemill.local;

/**
 * Thrown when an embedded broker does not start. The message is one line with the directory or port
 * and the reason.
 */
public final class BrokerStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
