package dev.tidemill.dashboard.state;

import dev.tidemill.dashboard.state.ModelView.TrainingNow;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The progress of the trainer that leads. Guarded by its owner. */
final class TrainingHistory {
  private final History history =
      new History(
          List.of("samples", "epoch", "rate", "loss", "accuracy", "learningRate", "stepMillis"));
  private @Nullable TrainingProgress last;
  private long lastAt;
  private long trainedAt;

  /**
   * @param atMillis when the event was sent
   */
  void add(TrainingProgress progress, long atMillis) {
    if (progress.getPhase() == TrainerPhase.STANDBY) {
      return;
    }
    TrainingProgress before = last;
    // The time since the previous event is training only if it was training then.
    long steps =
        before == null || before.getPhase() != TrainerPhase.TRAINING
            ? 0
            : progress.getSteps() - before.getSteps();
    history.add(
        atMillis,
        (double) progress.getSamples(),
        progress.getEpoch(),
        progress.getSamplesPerSecond(),
        orNaN(progress.getLoss()),
        orNaN(progress.getAccuracy()),
        progress.getLearningRate(),
        steps <= 0 ? Double.NaN : (double) (atMillis - lastAt) / steps);
    if (before == null || progress.getSamples() != before.getSamples()) {
      trainedAt = atMillis;
    }
    last = progress;
    lastAt = atMillis;
  }

  Chart chart(long fromMillis, int most) {
    return history.since(fromMillis, most);
  }

  /** Returns the newest event; null before the first. */
  @Nullable TrainingNow now() {
    TrainingProgress progress = last;
    return progress == null
        ? null
        : new TrainingNow(
            progress.getWorker(),
            progress.getPhase().name(),
            progress.getEpoch(),
            progress.getSteps(),
            progress.getSamples(),
            progress.getSamplesPerSecond(),
            progress.getLoss(),
            progress.getAccuracy(),
            progress.getLearningRate(),
            progress.getVersion(),
            progress.getRefusedRecords(),
            lastAt,
            trainedAt);
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }
}
