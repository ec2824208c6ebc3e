package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/** Data that cannot be used; the message is one sentence for the user that names what and where. */
public class UnusableSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableSourceException(String message) {
    super(message);
  }

  public UnusableSourceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
