package dev.tidemill.trainer;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TrainingProgress;

/**
 * Receives trainer progress callbacks on the trainer's threads, one call at a time for each method.
 * An exception stops the trainer, and a slow callback delays it.
 */
public interface TrainerListener {
  /** A listener that ignores all callbacks. */
  TrainerListener NONE = new TrainerListener() {};

  /** Called with each event of the {@code progress} topic: every few seconds, and per phase. */
  default void onProgress(TrainingProgress progress) {}

  /** Called when an epoch of a bounded run has ended. */
  default void onEpochEnd(EpochSummary epoch) {}

  /**
   * Called at the end of a run that has an end, after its last epoch, if labels are classes that
   * are counted.
   */
  default void onRunEnd(ClassSummary run) {}

  /** Called when a version has been committed. */
  default void onCheckpoint(Checkpoint manifest) {}

  /** Called with a sentence for the user, for example where training continues from. */
  default void onNotice(String notice) {}
}
