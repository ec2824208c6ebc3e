package dev.tidemill.trainer;

import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far training is: every so often, and where the phase changes. Rates are of the samples
 * since the event before. Training thread.
 */
final class ProgressReporter {
  private final String model;
  private final String worker;
  private final int classLabels;
  private final long intervalNanos;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final LongSupplier version;
  private final Consumer<TrainingProgress> sink;
  private MetricSums sinceLast = MetricSums.NONE;
  private long lastNanos;
  private TrainerPhase phase = TrainerPhase.TRAINING;

  /**
   * @param classLabels of one sample; 0 where labels are not classes and have no accuracy
   * @param version the newest committed version
   * @param sink where events go: topic and listener
   */
  ProgressReporter(
      TrainerSettings settings,
      int classLabels,
      Clock clock,
      LongSupplier nanoTime,
      LongSupplier version,
      Consumer<TrainingProgress> sink) {
    this.model = settings.model();
    this.worker = settings.worker();
    this.classLabels = classLabels;
    this.intervalNanos = settings.progressInterval().toNanos();
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.version = version;
    this.sink = sink;
    this.lastNanos = nanoTime.getAsLong();
  }

  /** Samples were trained; an event follows if it is time for one. */
  void trained(MetricSums more, RunProgress standing) {
    sinceLast = sinceLast.plus(more);
    phase = TrainerPhase.TRAINING;
    if (isTime()) {
      tell(TrainerPhase.TRAINING, sinceLast, standing);
    }
  }

  /** There is nothing to read; told once, when the last interval has passed. */
  void waiting(RunProgress standing) {
    if (phase != TrainerPhase.WAITING && isTime()) {
      tell(TrainerPhase.WAITING, sinceLast, standing);
    }
  }

  /** The phase changes; loss and accuracy are over the given sums. */
  void tell(TrainerPhase changed, MetricSums over, RunProgress standing) {
    long now = nanoTime.getAsLong();
    double seconds = Math.max(1, now - lastNanos) / (double) Duration.ofSeconds(1).toNanos();
    TrainingProgress progress =
        TrainingProgress.newBuilder()
            .setModel(model)
            .setWorker(worker)
            .setPhase(changed)
            .setEpoch(standing.epoch())
            .setSteps(standing.steps())
            .setSamples(standing.samples())
            .setSamplesPerSecond(sinceLast.samples() / seconds)
            .setLoss(over.samples() == 0 ? null : over.loss())
            .setAccuracy(accuracy(over))
            .setLearningRate(standing.learningRate())
            .setVersion(version.getAsLong())
            .setRefusedRecords(standing.refusedRecords())
            .setCreatedAt(clock.instant())
            .build();
    sinceLast = MetricSums.NONE;
    lastNanos = now;
    phase = changed;
    sink.accept(progress);
  }

  /** Null where labels are not classes, or there are no samples. */
  @Nullable Double accuracy(MetricSums over) {
    return classLabels > 0 && over.samples() > 0 ? over.accuracy(classLabels) : null;
  }

  private boolean isTime() {
    return nanoTime.getAsLong() - lastNanos >= intervalNanos;
  }
}
