package dev.tidemill.trainer;

import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.TrainingSpec;
import java.util.Optional;

/**
 * Runs optimizer steps and drains their metrics into the ledger. A step has a fixed size or, with
 * full batch, covers a whole epoch. Full-batch steps, and steps larger than the micro-batch size,
 * accumulate their gradient over micro-batches. Training thread.
 */
final class Learner {
  /** Maximum micro-batch size of a full-batch step. */
  static final int MICRO_BATCH_SIZE = 128;

  private final TrainableModel model;
  private final ModelSpec spec;
  private final EpochLedger ledger;
  private final int metricsSteps;
  private final StepMetrics drained = new StepMetrics();
  private final LossWeights weights;
  private final TensorBatch microBatch = new TensorBatch();
  private long undrained;
  private long epochSamples;
  private double epochWeight;
  private boolean accumulated;
  private double learningRateFactor = 1;

  Learner(TrainableModel model, ModelSpec spec, EpochLedger ledger, int metricsSteps) {
    this.model = model;
    this.spec = spec;
    this.ledger = ledger;
    this.metricsSteps = metricsSteps;
    weights = new LossWeights(Network.of(spec));
  }

  /** Returns the samples of one step, or of one micro-batch of a full-batch step. */
  static int batchSize(ModelSpec spec) {
    return spec.training().fullBatch()
        ? spec.training().atOnce(MICRO_BATCH_SIZE)
        : spec.training().batchSize();
  }

  /** Returns the run's sums and counters, which this learner keeps up to date. */
  EpochLedger ledger() {
    return ledger;
  }

  /** Returns when training stops early, if the spec says so. */
  Optional<TrainingSpec.Stop> stop() {
    return spec.training().stop();
  }

  boolean isFullBatch() {
    return spec.training().fullBatch();
  }

  /** Multiplies the schedule's learning rate from the next step on. */
  void learningRateFactor(double factor) {
    learningRateFactor = factor;
    model.learningRateFactor(factor);
  }

  double learningRateFactor() {
    return learningRateFactor;
  }

  /** Returns the learning rate of the next step. */
  double learningRate() {
    return model.learningRate();
  }

  /** Whether a full-batch step has accumulated a part of its gradient. */
  boolean hasAccumulated() {
    return accumulated;
  }

  /**
   * @param samples samples of a full-batch step
   * @param weight sum of their weights
   */
  void beginEpoch(long samples, double weight) {
    epochSamples = samples;
    epochWeight = weight;
  }

  /** Trains on a batch; returns the drained metrics, or {@code NONE} between drains. */
  MetricSums learn(TensorBatch batch) {
    if (isFullBatch()) {
      model.accumulate(batch, epochSamples, epochWeight);
      accumulated = true;
    } else if (batch.size() > spec.training().atOnce(batch.size())) {
      stepInMicroBatches(batch);
    } else {
      model.step(batch);
    }
    undrained++;
    return undrained >= metricsSteps ? drain() : MetricSums.NONE;
  }

  private void stepInMicroBatches(TensorBatch batch) {
    int most = spec.training().atOnce(batch.size());
    double weight = weights.sum(batch);
    for (int from = 0; from < batch.size(); from += most) {
      microBatch.clear();
      microBatch.add(batch, from, Math.min(most, batch.size() - from));
      model.accumulate(microBatch, batch.size(), weight);
    }
    microBatch.clear();
    model.applyAccumulated();
  }

  /** Applies an accumulated gradient, if there is one, and drains all metrics. */
  MetricSums endEpoch() {
    if (accumulated) {
      model.applyAccumulated();
      accumulated = false;
    }
    ledger.add(model.drainConfusion());
    return drain();
  }

  /**
   * Adds the metrics since the last drain to the ledger, and returns them.
   *
   * @throws DivergedException if the loss is infinite or NaN
   */
  MetricSums drain() {
    MetricSums sums = readMetrics();
    if (!Double.isFinite(sums.lossSum())) {
      throw new DivergedException("the loss is " + sums.loss(), model.steps(), spec);
    }
    ledger.add(sums);
    return sums;
  }

  /**
   * Adds the metrics since the last drain to the ledger, though the weights that they are about are
   * discarded next. So a rollback rescues a run whose loss is NaN.
   *
   * @return the metrics; empty if the loss is infinite or NaN, so that only the samples count
   */
  Optional<MetricSums> drainDiscarded() {
    MetricSums sums = readMetrics();
    if (!Double.isFinite(sums.lossSum())) {
      ledger.addUnmeasured(sums.samples());
      return Optional.empty();
    }
    ledger.add(sums);
    return Optional.of(sums);
  }

  private MetricSums readMetrics() {
    if (undrained == 0) {
      return MetricSums.NONE;
    }
    undrained = 0;
    model.drainMetrics(drained);
    return MetricSums.of(drained);
  }

  /**
   * Continues from the tensors of another version, while the counters go on. Early stopping starts
   * anew: the best loss was that of the discarded weights. Call {@link #drainDiscarded} first.
   *
   * @param to a state of the same network; receives the counters
   */
  void rollBack(ModelState to) {
    ledger.add(model.drainConfusion());
    ledger.rollBack();
    to.counters(ledger.counters(model.steps()));
    model.restore(to);
  }

  /** Begins a copy of the model and its counters. Call {@link #drain} first. */
  PendingSnapshot beginSnapshot(ModelState into) {
    PendingSnapshot copy = model.beginSnapshot(into);
    ledger.add(model.drainConfusion());
    into.counters(ledger.counters(model.steps()));
    into.learningRateFactor(learningRateFactor);
    return copy;
  }

  RunProgress runProgress(int epoch, long refusedRecords) {
    return new RunProgress(
        epoch, model.steps(), ledger.samples(), model.learningRate(), refusedRecords);
  }
}
