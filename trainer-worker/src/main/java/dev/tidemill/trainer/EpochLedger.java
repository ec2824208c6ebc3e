package dev.tidemill.trainer;

import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.engine.TrainingSpec;
import java.util.Optional;

/**
 * Prequential loss and accuracy, each sample counted before the update that it took part in: of the
 * epoch, and of what the next version adds. Its numbers travel in the checkpoint, so that a resumed
 * epoch ends with the figures of one that was never interrupted. One thread.
 */
final class EpochLedger {
  private final long seed;
  private long samples;
  private MetricSums epoch;
  private MetricSums version = MetricSums.NONE;
  private double bestLoss;
  private int withoutImprovement;

  EpochLedger(TrainingCounters restored) {
    this.seed = restored.seed();
    this.samples = restored.samples();
    this.epoch =
        new MetricSums(restored.epochSamples(), restored.epochLossSum(), restored.epochCorrect());
    this.bestLoss = restored.bestEpochLoss();
    this.withoutImprovement = restored.epochsWithoutImprovement();
  }

  void add(MetricSums more) {
    samples += more.samples();
    epoch = epoch.plus(more);
    version = version.plus(more);
  }

  /** Since the epoch began. */
  MetricSums epoch() {
    return epoch;
  }

  /** Since the last checkpoint. */
  MetricSums version() {
    return version;
  }

  /** A checkpoint was taken: what comes is the next version's. */
  void cut() {
    version = MetricSums.NONE;
  }

  /** Samples trained since the lineage began. */
  long samples() {
    return samples;
  }

  /** Ends an epoch and gives its sums; an epoch without samples says nothing about convergence. */
  MetricSums closeEpoch(Optional<TrainingSpec.Stop> stop) {
    MetricSums closed = epoch;
    if (closed.samples() > 0) {
      double tolerance = stop.map(TrainingSpec.Stop::tolerance).orElse(0.0);
      if (closed.loss() < bestLoss - tolerance) {
        bestLoss = closed.loss();
        withoutImprovement = 0;
      } else {
        withoutImprovement++;
      }
    }
    epoch = MetricSums.NONE;
    return closed;
  }

  /** Ends an epoch that was read to its end, where that was not told before. */
  void closeIfOpen(Optional<TrainingSpec.Stop> stop) {
    if (epoch.samples() > 0) {
      MetricSums unused = closeEpoch(stop);
    }
  }

  /** Whether the finished epochs have stopped improving. */
  boolean hasConverged(Optional<TrainingSpec.Stop> stop) {
    return stop.isPresent() && withoutImprovement >= stop.get().patience();
  }

  /** Another run over other records: its epochs are not measured against the former run's. */
  void beginRun() {
    epoch = MetricSums.NONE;
    bestLoss = Double.POSITIVE_INFINITY;
    withoutImprovement = 0;
  }

  /** What a checkpoint keeps. */
  TrainingCounters counters(long steps) {
    return new TrainingCounters(
        steps,
        samples,
        seed,
        epoch.lossSum(),
        epoch.samples(),
        epoch.correct(),
        bestLoss,
        withoutImprovement);
  }
}
