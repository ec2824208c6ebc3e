package dev.tidemill.trainer;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.PendingSnapshot;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;

/**
 * The model and what its steps add up to. Steps of a fixed size, or one step an epoch over all of
 * it, whose gradient is gathered part by part; as is that of a step which is larger than what may
 * be computed at once. Training thread.
 */
final class Learner {
  /** Samples of one part of a step over the whole range. */
  static final int PART = 128;

  private final TrainableModel model;
  private final ModelSpec spec;
  private final EpochLedger ledger;
  private final int metricsSteps;
  private final StepMetrics drained = new StepMetrics();
  private final TensorBatch part = new TensorBatch();
  private long undrained;
  private long epochSamples;
  private boolean accumulated;

  Learner(TrainableModel model, ModelSpec spec, EpochLedger ledger, int metricsSteps) {
    this.model = model;
    this.spec = spec;
    this.ledger = ledger;
    this.metricsSteps = metricsSteps;
  }

  /** Samples of one step, or of one part of it. */
  static int batchSize(ModelSpec spec) {
    return spec.training().fullBatch() ? spec.training().atOnce(PART) : spec.training().batchSize();
  }

  boolean isFullBatch() {
    return spec.training().fullBatch();
  }

  /** Whether a step over the whole range is under way. */
  boolean hasAccumulated() {
    return accumulated;
  }

  void beginEpoch(long samples) {
    epochSamples = samples;
  }

  /** Learns from a batch, and gives the sums that were read after it: of no samples, mostly. */
  MetricSums learn(TensorBatch batch) {
    if (isFullBatch()) {
      model.accumulate(batch, epochSamples);
      accumulated = true;
    } else if (batch.size() > spec.training().atOnce(batch.size())) {
      stepInParts(batch);
    } else {
      model.step(batch);
    }
    undrained++;
    return undrained >= metricsSteps ? drain() : MetricSums.NONE;
  }

  private void stepInParts(TensorBatch batch) {
    int most = spec.training().atOnce(batch.size());
    for (int from = 0; from < batch.size(); from += most) {
      part.clear();
      part.add(batch, from, Math.min(most, batch.size() - from));
      model.accumulate(part, batch.size());
    }
    part.clear();
    model.applyAccumulated();
  }

  /** The epoch's one step, if its gradient was gathered; and all sums that are still to be read. */
  MetricSums endEpoch() {
    if (accumulated) {
      model.applyAccumulated();
      accumulated = false;
    }
    return drain();
  }

  /**
   * Reads the sums since the last time into the ledger.
   *
   * @throws DivergedException if the loss is infinite or no number
   */
  MetricSums drain() {
    if (undrained == 0) {
      return MetricSums.NONE;
    }
    undrained = 0;
    model.drainMetrics(drained);
    MetricSums sums = MetricSums.of(drained);
    if (!Double.isFinite(sums.lossSum())) {
      throw new DivergedException("the loss is " + sums.loss(), model.steps(), spec);
    }
    ledger.add(sums);
    return sums;
  }

  /** Begins to copy the model with its counters; everything is to be drained before. */
  PendingSnapshot beginSnapshot(ModelState into) {
    PendingSnapshot copy = model.beginSnapshot(into);
    into.counters(ledger.counters(model.steps()));
    return copy;
  }

  RunProgress standing(int epoch, long refusedRecords) {
    return new RunProgress(
        epoch, model.steps(), ledger.samples(), model.learningRate(), refusedRecords);
  }
}
