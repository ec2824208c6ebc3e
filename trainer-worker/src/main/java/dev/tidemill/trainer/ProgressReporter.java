package dev.tidemill.trainer;

import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports progress at an interval and when the phase changes. Rates cover the samples since the
 * previous event. Training thread.
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
  private boolean waitsWithSamples;

  /**
   * @param classLabels number of class labels of a sample; 0 if there is no accuracy
   * @param version returns the newest committed version
   * @param sink receives the events
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

  /** Adds metrics of trained samples; reports them if the interval has passed. */
  void trained(MetricSums more, RunProgress runProgress) {
    sinceLast = sinceLast.plus(more);
    phase = TrainerPhase.TRAINING;
    if (isTime()) {
      report(TrainerPhase.TRAINING, sinceLast, runProgress);
    }
  }

  /**
   * Reports, once the interval has passed, that training waits for records. Reports it once, and
   * once more if samples wait that did not before.
   *
   * @param hasSamples whether samples wait for the rest of their step
   * @return whether samples wait, and this was reported now
   */
  boolean waiting(RunProgress runProgress, boolean hasSamples) {
    boolean isNews = phase != TrainerPhase.WAITING || (hasSamples && !waitsWithSamples);
    if (!isNews || !isTime()) {
      return false;
    }
    report(TrainerPhase.WAITING, sinceLast, runProgress);
    waitsWithSamples = hasSamples;
    return hasSamples;
  }

  /** Reports once, and at once, that training waits because it is paused. */
  void paused(RunProgress runProgress) {
    if (phase != TrainerPhase.WAITING) {
      report(TrainerPhase.WAITING, sinceLast, runProgress);
    }
  }

  /** Reports a phase, with loss and accuracy over the given sums. */
  void report(TrainerPhase changed, MetricSums over, RunProgress runProgress) {
    long now = nanoTime.getAsLong();
    double seconds = Math.max(1, now - lastNanos) / (double) Duration.ofSeconds(1).toNanos();
    TrainingProgress progress =
        TrainingProgress.newBuilder()
            .setModel(model)
            .setWorker(worker)
            .setPhase(changed)
            .setEpoch(runProgress.epoch())
            .setSteps(runProgress.steps())
            .setSamples(runProgress.samples())
            .setSamplesPerSecond(sinceLast.samples() / seconds)
            .setLoss(over.samples() == 0 ? null : over.loss())
            .setAccuracy(accuracy(over))
            .setLearningRate(runProgress.learningRate())
            .setVersion(version.getAsLong())
            .setRefusedRecords(runProgress.refusedRecords())
            .setCreatedAt(clock.instant())
            .build();
    sinceLast = MetricSums.NONE;
    lastNanos = now;
    phase = changed;
    sink.accept(progress);
  }

  /** Returns the accuracy; null without class labels or samples. */
  @Nullable Double accuracy(MetricSums over) {
    return classLabels > 0 && over.samples() > 0 ? over.accuracy(classLabels) : null;
  }

  private boolean isTime() {
    return nanoTime.getAsLong() - lastNanos >= intervalNanos;
  }
}
