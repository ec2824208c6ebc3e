package dev.tidemill.engine;

/**
 * A snapshot in progress. It contains the model as it was when the snapshot began, even if training
 * continues.
 */
public interface PendingSnapshot {
  /** A snapshot that is already complete. */
  PendingSnapshot DONE = () -> {};

  /**
   * Waits until the snapshot is complete. Until then, nobody may read or write the state. Any
   * thread may call it, any number of times, even after the model was closed: closing a model
   * completes its snapshot.
   *
   * @throws RuntimeException if the snapshot failed; each call throws it again
   */
  void await();
}
