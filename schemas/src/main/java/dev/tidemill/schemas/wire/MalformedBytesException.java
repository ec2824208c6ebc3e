package dev.tidemill.schemas.wire;

import org.jspecify.annotations.Nullable;

/** Bytes are not the expected record; the message says why. */
public final class MalformedBytesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MalformedBytesException(String message) {
    this(message, null);
  }

  public MalformedBytesException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
