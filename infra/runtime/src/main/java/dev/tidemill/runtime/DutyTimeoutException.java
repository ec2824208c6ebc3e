package dev.tidemill.runtime;

import org.jspecify.annotations.Nullable;

/** Thrown when a duty did not stop in time. */
public final class DutyTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DutyTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
