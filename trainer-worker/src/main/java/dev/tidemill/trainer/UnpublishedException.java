package dev.tidemill.trainer;

/** A trainer was asked to stop and could not publish what it had trained. */
public final class UnpublishedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param version the newest version that this trainer published or found; 0 for none
   */
  UnpublishedException(long version, Throwable cause) {
    super(
        "what was trained "
            + (version == 0 ? "" : "after version " + version + " ")
            + "is discarded, because it could not be published in time: "
            + cause.getMessage()
            + ". The next start trains it again",
        cause);
  }
}
