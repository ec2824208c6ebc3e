package dev.tidemill.trainer;

import dev.tidemill.runtime.Metrics;
import dev.tidemill.schemas.Checkpoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** A trainer's figures for the metrics endpoint. Any thread. */
final class TrainerMetrics {
  private final Counter samples;
  private final Counter steps;
  private final Counter deadLetters;
  private final Timer publishing;
  private volatile double loss = Double.NaN;
  private volatile long version;

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
        "tidemill.checkpoint.version",
        "The newest committed version.",
        () -> version,
        "model",
        model);
  }

  /** A step, or a part of one, was made. */
  void trained(int samplesOfStep) {
    samples.increment(samplesOfStep);
    steps.increment();
  }

  void read(Sums sums) {
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
    deadLetters.increment((double) manifest.getRefusedRecords());
    publishing.record(took);
  }
}
