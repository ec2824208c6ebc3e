package dev.tidemill.trainer;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.TrainingProgress;

/**
 * Is told how a trainer gets on. Called on the trainer's threads, one call at a time for each kind;
 * what it throws stops the trainer, and what takes long holds it up.
 */
public interface TrainerListener {
  /** One that does not listen. */
  TrainerListener NONE = new TrainerListener() {};

  /** What also goes to the topic `progress`: every few seconds, and where the phase changes. */
  default void onProgress(TrainingProgress progress) {}

  /** An epoch of a bounded run has ended. */
  default void onEpochEnd(EpochSummary epoch) {}

  /** A version has been committed. */
  default void onCheckpoint(Checkpoint manifest) {}

  /**
   * One sentence for the user: what the trainer goes on from, that it stands by, that it is done.
   */
  default void onNotice(String notice) {}
}
