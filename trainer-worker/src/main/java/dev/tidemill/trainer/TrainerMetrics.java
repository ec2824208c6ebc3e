package dev.tidemill.trainer;

import dev.tidemill.contract.TargetReport;
import dev.tidemill.evaluation.JoinCounts;
import dev.tidemill.runtime.MeterDefinition;
import dev.tidemill.runtime.MeterGroup;
import dev.tidemill.runtime.WorkerMetrics;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.trainer.drift.DelayedErrors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The metrics of a trainer. Any thread. */
public final class TrainerMetrics {
  /** What the metrics page says of them. */
  public static final MeterGroup METERS = new MeterGroup("Trainer (`train`)");

  /** Samples that this worker has trained. */
  public static final MeterDefinition SAMPLES_TRAINED =
      METERS.counter("tidemill.samples.trained", "Samples trained by this worker.");

  private static final MeterDefinition STEPS =
      METERS.counter("tidemill.steps", "Optimizer steps of this worker.");
  private static final MeterDefinition STEP =
      METERS.histogram(
          "tidemill.step",
          "Time of an optimizer step, or of a micro-batch of a full-batch step. A device that works"
              + " in the background ends it later.");
  private static final MeterDefinition ACCEPTED =
      METERS.counter(
          "tidemill.batches.accepted", "Batch records that were read for training, in each epoch.");
  private static final MeterDefinition DEAD_LETTERS =
      METERS.counter(
          "tidemill.dead.letters", "Records refused, by the topic that they came from.", "topic");
  private static final MeterDefinition OUT_OF_BOUNDS =
      METERS.counter(
          "tidemill.batches.out.of.bounds",
          "Batches that differ from the contract's reference, refused or not (`data.gate`).");
  private static final MeterDefinition DRIFT =
      METERS.counter(
          "tidemill.drift.events",
          "Changes in the data that were found and committed, by what has changed: the prequential"
              + " error, the inputs, or the error by delayed labels (`drift.detector`).",
          "signal");
  private static final MeterDefinition LABELS =
      METERS.gauge(
          "tidemill.trainer.labels",
          "Delayed labels that the trainer has read since it leads, by what became of them: scored,"
              + " error, unusable, duplicate, late, orphan, displaced, or unreadable.",
          "outcome");
  private static final MeterDefinition PUBLISHING =
      METERS.histogram(
          "tidemill.checkpoint.publish", "Time from the snapshot to the commit of a version.");
  private static final MeterDefinition LOSS =
      METERS.gauge("tidemill.training.loss", "Mean prequential loss when it was last read.");
  private static final MeterDefinition MAE =
      METERS.gauge(
          "tidemill.training.mae",
          "Mean absolute prequential error of a target, in its unit, when it was last read.",
          "target");
  private static final MeterDefinition RMSE =
      METERS.gauge(
          "tidemill.training.rmse",
          "Root of the mean squared prequential error of a target, in its unit, when it was last"
              + " read.",
          "target");
  private static final MeterDefinition R2 =
      METERS.gauge(
          "tidemill.training.r2",
          "Prequential coefficient of determination of a target when it was last read.",
          "target");
  private static final MeterDefinition HELD_BYTES =
      METERS.gauge(
          "tidemill.batches.held.bytes",
          "Bytes of batch records in the trainer, bounded by `trainer.queue.bytes`.");
  private static final MeterDefinition VERSION =
      METERS.gauge("tidemill.checkpoint.version", "The newest version that this worker committed.");

  private final WorkerMetrics metrics;
  private final Map<String, TargetReport> errors = new ConcurrentHashMap<>();
  private final Counter samples;
  private final Counter steps;
  private final Timer step;
  private final Counter accepted;
  private final Counter deadLetters;
  private final Counter outOfBounds;
  private final Timer publishing;
  private volatile double loss = Double.NaN;
  private volatile long version;
  private volatile LongSupplier heldBytes = () -> 0;
  private volatile @Nullable DelayedErrors delayed;

  TrainerMetrics(WorkerMetrics metrics) {
    this.metrics = metrics;
    samples = metrics.counter(SAMPLES_TRAINED);
    steps = metrics.counter(STEPS);
    step = metrics.histogram(STEP);
    accepted = metrics.counter(ACCEPTED);
    deadLetters = metrics.counter(DEAD_LETTERS, "batches");
    outOfBounds = metrics.counter(OUT_OF_BOUNDS);
    for (DriftSignal signal : DriftSignal.values()) {
      Counter unused = drifts(signal);
    }
    publishing = metrics.histogram(PUBLISHING);
    metrics.gauge(LOSS, () -> loss);
    metrics.gauge(HELD_BYTES, () -> heldBytes.getAsLong());
    metrics.gauge(VERSION, () -> version);
    labelGauge("scored", JoinCounts::scored);
    labelGauge("error", JoinCounts::errors);
    labelGauge("unusable", JoinCounts::unusable);
    labelGauge("duplicate", JoinCounts::duplicates);
    labelGauge("late", JoinCounts::late);
    labelGauge("orphan", JoinCounts::orphans);
    labelGauge("displaced", JoinCounts::displaced);
    metrics.gauge(
        LABELS,
        () -> {
          DelayedErrors errors = delayed;
          return errors == null ? 0 : errors.unreadableRecords();
        },
        "unreadable");
  }

  private void labelGauge(String outcome, ToLongFunction<JoinCounts> count) {
    metrics.gauge(
        LABELS,
        () -> {
          DelayedErrors errors = delayed;
          return errors == null ? 0 : count.applyAsLong(errors.counts());
        },
        outcome);
  }

  /** Sets what the present term knows of delayed labels. */
  void labels(DelayedErrors errors) {
    delayed = errors;
  }

  /** Sets what reads the bytes that the present term holds. */
  void held(LongSupplier bytes) {
    heldBytes = bytes;
  }

  /** Lets go of an ended term, which the gauge would otherwise keep in memory. */
  void heldNothing() {
    heldBytes = () -> 0;
    delayed = null;
  }

  /** Counts a record that becomes a dead letter. */
  void refused() {
    deadLetters.increment();
  }

  /** Counts a change in the data, once it is committed. */
  void drift(DriftSignal signal) {
    drifts(signal).increment();
  }

  private Counter drifts(DriftSignal signal) {
    return metrics.counter(DRIFT, signal.name().toLowerCase(Locale.ROOT));
  }

  /** Counts a batch that differs from the contract's reference. */
  void outOfBounds() {
    outOfBounds.increment();
  }

  /** Counts a batch record that will be trained. */
  void accepted() {
    accepted.increment();
  }

  /**
   * Counts a step, or a part of one.
   *
   * @param nanos how long it took
   */
  void trained(int samplesOfStep, long nanos) {
    samples.increment(samplesOfStep);
    step.record(nanos, TimeUnit.NANOSECONDS);
    steps.increment();
  }

  /**
   * @param ofTargets errors of the same samples
   */
  void read(MetricSums sums, List<TargetReport> ofTargets) {
    if (sums.samples() > 0) {
      loss = sums.loss();
    }
    for (TargetReport target : ofTargets) {
      if (errors.put(target.name(), target) == null) {
        errorGauge(MAE, target.name(), TargetReport::mae);
        errorGauge(RMSE, target.name(), TargetReport::rmse);
        errorGauge(R2, target.name(), TargetReport::r2);
      }
    }
  }

  private void errorGauge(
      MeterDefinition meter, String target, ToDoubleFunction<TargetReport> figure) {
    metrics.gauge(
        meter,
        () -> {
          TargetReport newest = errors.get(target);
          return newest == null ? Double.NaN : figure.applyAsDouble(newest);
        },
        target);
  }

  /** The newest version that this worker committed; 0 before its first. */
  long version() {
    return version;
  }

  void published(Checkpoint manifest, Duration took) {
    version = manifest.getVersion();
    publishing.record(took);
  }
}
