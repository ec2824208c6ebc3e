package dev.tidemill.local;

/**
 * An embedded broker did not start. The message is one line that says which directory or port, and
 * why.
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
