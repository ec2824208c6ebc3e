package dev.tidemill.trainer.drift;

/**
 * A change, and what the trainer does about it.
 *
 * @param action in one sentence
 * @param rollsBack whether the publishing thread is to roll back to an earlier version
 */
public record DriftReport(Drift drift, DriftPolicy policy, String action, boolean rollsBack) {}
