package dev.tidemill.producer;

/** Receives a producer's progress. Called on the producer's thread. */
@FunctionalInterface
public interface SendListener {
  /** Called when a malformed sample of a stream was skipped. */
  void refused(String reason);

  /** Called when records were sent, and when a run has found its start position. */
  default void progressed(SendProgress progress) {}

  /** Called when a sample was left out, as the contract says for a missing value. */
  default void leftOut(String reason) {}

  /** Called with information for the user that is not a failure. */
  default void notice(String notice) {}
}
