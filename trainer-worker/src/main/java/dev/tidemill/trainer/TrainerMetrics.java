package dev.tidemill.trainer;

import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Checkpoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.LongSupplier;

/** A trainer's figures for the metrics endpoint. Any thread. */
final class TrainerMetrics {
  private final Counter samples;
  private final Counter steps;
  private final Counter deadLetters;
  private final Timer publishing;
  private volatile double loss = Double.NaN;
  private volatile long version;
  private volatile LongSupplier heldBytes = () -> 0;

  TrainerMetrics(Metrics metrics, String model) {
    samples =
        metrics.counter(
            "tidemill.samples.trained", "Samples trained by this worker.", "model", model);
    steps = metrics.counter("tidemill.steps", "Steps made by this worker.", "model", model);
    deadLetters =
        metrics.counter(
            "tidemill.dead.letters", "Records refused.", "model", model, "topic", "batches");
    publishing =
        metrics.timer(
            "tidemill.checkpoint.publish", "From snapshot to commit of a version.", "model", model);
    metrics.gauge(
        "tidemill.training.loss", "Mean prequential loss, last read.", () -> loss, "model", model);
    metrics.gauge(
        "tidemill.batches.held.bytes",
        "Bytes of batch records that were read and are not done with.",
        () -> heldBytes.getAsLong(),
        "model",
        model);
    metrics.gauge(
        "tidemill.checkpoint.version",
        "The newest committed version.",
        () -> version,
        "model",
        model);
  }

  /** What the present term holds of the records it has read. */
  void held(LongSupplier bytes) {
    heldBytes = bytes;
  }

  /** The term has ended: what asks it would keep its records in memory. */
  void heldNothing() {
    heldBytes = () -> 0;
  }

  /** A record becomes a dead letter. */
  void refused() {
    deadLetters.increment();
  }

  /** A step, or a part of one, was made. */
  void trained(int samplesOfStep) {
    samples.increment(samplesOfStep);
    steps.increment();
  }

  void read(MetricSums sums) {
    if (sums.samples() > 0) {
      loss = sums.loss();
    }
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
