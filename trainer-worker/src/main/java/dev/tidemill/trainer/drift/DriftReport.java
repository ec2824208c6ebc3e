package dev.tidemill.trainer.drift;

/**
 * A change, and what the trainer does about it.
 *
 * @param action in one sentence
 * @param acts whether the policy acts on this change: with {@code rollback}, the publishing thread
 *     is to roll back to an earlier version; with {@code retrain}, the version is to be a restart
 */
public record DriftReport(Drift drift, DriftPolicy policy, String action, boolean acts) {

  /** Whether the publishing thread is to roll back to an earlier version. */
  public boolean rollsBack() {
    return acts && policy == DriftPolicy.ROLLBACK;
  }

  /** Whether the version that reports the change is to be a restart. */
  public boolean restarts() {
    return acts && policy == DriftPolicy.RETRAIN;
  }
}
