package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/** The data cannot be used. The message tells the user in one sentence what is wrong and where. */
public class UnusableSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableSourceException(String message) {
    super(message);
  }

  public UnusableSourceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
