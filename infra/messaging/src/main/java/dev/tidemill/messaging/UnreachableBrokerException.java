package dev.tidemill.messaging;

import org.jspecify.annotations.Nullable;

/** No broker answers at the bootstrap addresses, or none lets us in. */
public final class UnreachableBrokerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreachableBrokerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
