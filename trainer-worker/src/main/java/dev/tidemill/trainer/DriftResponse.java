package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.trainer.drift.Boost;
import dev.tidemill.trainer.drift.Drift;
import dev.tidemill.trainer.drift.DriftMonitor;
import dev.tidemill.trainer.drift.DriftPolicy;
import dev.tidemill.trainer.drift.DriftReport;
import dev.tidemill.trainer.drift.DriftSettings;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the monitor of drift, and does what the policy says about a change: submits a version with
 * the report, and begins a boost. The publishing thread begins a rollback. Training thread.
 */
final class DriftResponse {
  private final DriftMonitor monitor;
  private final DriftSettings settings;
  private final int classLabels;
  private final KnownContracts contracts;
  private final LearningRate learningRate;
  private final CheckpointSubmitter submitter;
  private final TrainerListener listener;
  private int contract = TrainingReports.UNKNOWN;

  /**
   * @param classLabels number of class labels of a sample; 0 for a regression
   */
  DriftResponse(
      DriftMonitor monitor,
      DriftSettings settings,
      int classLabels,
      KnownContracts contracts,
      LearningRate learningRate,
      CheckpointSubmitter submitter,
      TrainerListener listener) {
    this.monitor = monitor;
    this.settings = settings;
    this.classLabels = classLabels;
    this.contracts = contracts;
    this.learningRate = learningRate;
    this.submitter = submitter;
    this.listener = listener;
  }

  /**
   * Adds the inputs of a step, before it is trained.
   *
   * @param first the record of its first sample
   * @param newest the newest data contract that a sample had; 0 if none had
   */
  void begin(TensorBatch batch, DecodedRecord first, int newest) {
    if (newest != contract) {
      contract = newest;
      monitor.contract(contracts.version(newest));
    }
    monitor.begin(batch, first.partition(), first.offset());
  }

  /** Adds errors that were read. */
  void measured(MetricSums sums) {
    if (sums.samples() > 0) {
      monitor.measured(sums.samples(), error(sums));
    }
  }

  /** Returns the error rate of classes; of a regression with the loss l, l / (1 + l). */
  private double error(MetricSums sums) {
    if (classLabels > 0) {
      return 1 - sums.accuracy(classLabels);
    }
    double loss = Math.max(0, sums.loss());
    return loss / (1 + loss);
  }

  /**
   * Responds to what was found, and ends a boost. Call it after each step.
   *
   * @param samples of the step
   * @param drained receives the metric sums that are read for a version
   */
  void respond(int samples, Consumer<MetricSums> drained) throws InterruptedException {
    if (monitor.boost().trained(samples)) {
      submitter.submitRest(drained);
      learningRate.boostEnded();
    }
    for (@Nullable Drift drift = monitor.take(); drift != null; drift = monitor.take()) {
      respond(drift, drained);
    }
  }

  private void respond(Drift drift, Consumer<MetricSums> drained) throws InterruptedException {
    Boost boost = monitor.boost();
    boolean begins = settings.policy() == DriftPolicy.BOOST && !boost.isActive();
    String action = action(boost);
    listener.onNotice(drift.describe() + "; " + action);
    if (begins) {
      // Before the version, which then contains it: a trainer that continues from it boosts, too.
      boost.begin(settings.boostFactor(), settings.boostSamples());
    }
    submitter.submitDrift(
        new DriftReport(
            drift, settings.policy(), action, settings.policy() == DriftPolicy.ROLLBACK),
        drained);
    if (begins) {
      learningRate.boosted();
    }
  }

  private String action(Boost boost) {
    return switch (settings.policy()) {
      case ANNOUNCE ->
          "training continues as before: check the data from there on, or set drift.policy to boost"
              + " or rollback";
      case BOOST ->
          boost.isActive()
              ? "the boost of the learning rate goes on for %,d samples".formatted(boost.left())
              : "the learning rate is multiplied by %s for %,d samples"
                  .formatted(settings.boostFactor(), settings.boostSamples());
      case ROLLBACK -> "rolls back to the newest version from before the change";
    };
  }
}
