package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/** A trainer was asked to stop and could not publish what it had trained. */
public final class UnpublishedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param version the newest version that this trainer published or found; 0 for none
   * @param cause the failure that prevented it; null if the publisher was only waiting
   */
  UnpublishedException(long version, @Nullable Throwable cause) {
    super(
        "what was trained "
            + (version == 0 ? "" : "after version " + version + " ")
            + "is discarded, because it could not be published in time"
            + (cause == null ? "" : ": " + cause.getMessage())
            + ". The next start trains it again",
        cause);
  }
}
