package dev.tidemill.runtime;

import org.jspecify.annotations.Nullable;

/** A duty that was asked to end has not ended in time. */
public final class DutyTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DutyTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
