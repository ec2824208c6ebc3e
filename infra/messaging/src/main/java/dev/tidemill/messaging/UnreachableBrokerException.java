package dev.tidemill.messaging;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when no broker answers at the bootstrap addresses, or the brokers reject the connection.
 */
public final class UnreachableBrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreachableBrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
