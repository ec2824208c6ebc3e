package dev.tidemill.producer;

import org.jspecify.annotations.Nullable;

/** A producer was closed before the brokers committed all samples that it had read. */
public final class UncommittedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UncommittedException(SendProgress progress, SendSettings settings, @Nullable Throwable cause) {
    super(
        "the brokers did not commit "
            + progress.unsent()
            + " samples within "
            + settings.closeTimeout().toMillis()
            + " ms of the stop request; to wait longer, raise "
            + SendSettings.CLOSE_TIMEOUT,
        cause);
  }
}
