package dev.tidemill.trainer;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.engine.TrainingSpec;
import java.util.Optional;

/**
 * Sums prequential loss, accuracy and errors over the epoch and over the next version's samples.
 * Each sample counts before the update that it takes part in. The checkpoint contains the sums, so
 * a resumed epoch ends with the figures of an uninterrupted one. One thread.
 */
final class EpochLedger {
  private final long seed;
  private long samples;
  private MetricSums epoch;
  private ConfusionCounts confusion;
  private MetricSums version = MetricSums.NONE;
  private double bestLoss;
  private int withoutImprovement;

  EpochLedger(TrainingCounters restored) {
    this.seed = restored.seed();
    this.samples = restored.samples();
    this.epoch =
        new MetricSums(
            restored.epochSamples(),
            restored.epochLossSum(),
            restored.epochCorrect(),
            restored.epochTargets());
    this.confusion = restored.epochConfusion();
    this.bestLoss = restored.bestEpochLoss();
    this.withoutImprovement = restored.epochsWithoutImprovement();
  }

  void add(MetricSums more) {
    samples += more.samples();
    epoch = epoch.plus(more);
    version = version.plus(more);
  }

  /** Counts samples without metrics. */
  void addUnmeasured(long more) {
    samples += more;
  }

  void add(ConfusionCounts more) {
    confusion = confusion.plus(more);
  }

  /** Returns what was predicted since the epoch began. */
  ConfusionCounts confusion() {
    return confusion;
  }

  /** Returns the sums since the epoch began. */
  MetricSums epoch() {
    return epoch;
  }

  /** Returns the sums since the last checkpoint. */
  MetricSums version() {
    return version;
  }

  /** Begins the next version's sums, after a checkpoint was taken. */
  void cut() {
    version = MetricSums.NONE;
  }

  /** Returns the number of samples trained since the lineage began. */
  long samples() {
    return samples;
  }

  /** Ends an epoch and returns its sums. An epoch without samples does not affect convergence. */
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
    beginEpoch();
    return closed;
  }

  /** Ends an epoch that was read to its end but not closed. */
  void closeIfOpen(Optional<TrainingSpec.Stop> stop) {
    if (epoch.samples() > 0) {
      MetricSums unused = closeEpoch(stop);
    }
  }

  /** Whether the finished epochs have stopped improving. */
  boolean hasConverged(Optional<TrainingSpec.Stop> stop) {
    return stop.isPresent() && withoutImprovement >= stop.get().patience();
  }

  /** Begins a run over other records, whose epochs are not compared with the previous run's. */
  void beginRun() {
    beginEpoch();
    forgetBest();
  }

  /** Forgets what the weights that a rollback discards have achieved. */
  void rollBack() {
    cut();
    forgetBest();
  }

  private void forgetBest() {
    bestLoss = Double.POSITIVE_INFINITY;
    withoutImprovement = 0;
  }

  private void beginEpoch() {
    epoch = MetricSums.NONE;
    confusion = ConfusionCounts.NONE;
  }

  /** Returns the counters that a checkpoint contains. */
  TrainingCounters counters(long steps) {
    return new TrainingCounters(
        steps,
        samples,
        seed,
        epoch.lossSum(),
        epoch.samples(),
        epoch.correct(),
        epoch.targets(),
        confusion,
        bestLoss,
        withoutImprovement);
  }
}
