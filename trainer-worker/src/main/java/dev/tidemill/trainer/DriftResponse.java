package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.trainer.drift.DriftReports;
import java.util.function.Consumer;

/**
 * Feeds the monitor of drift, submits a version if a change must not wait, and lets the learning
 * rate follow a boost. The publishing thread begins a rollback. Training thread.
 */
final class DriftResponse {
  private final DriftReports reports;
  private final int classLabels;
  private final KnownContracts contracts;
  private final LearningRate learningRate;
  private final CheckpointSubmitter submitter;
  private int contract = TrainingReports.UNKNOWN;

  /**
   * @param classLabels number of class labels of a sample; 0 for a regression
   */
  DriftResponse(
      DriftReports reports,
      int classLabels,
      KnownContracts contracts,
      LearningRate learningRate,
      CheckpointSubmitter submitter) {
    this.reports = reports;
    this.classLabels = classLabels;
    this.contracts = contracts;
    this.learningRate = learningRate;
    this.submitter = submitter;
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
      reports.monitor().contract(contracts.version(newest));
    }
    // A version that an interval or a command made due may have begun a boost.
    learningRate.follow();
    reports.monitor().begin(batch, first.partition(), first.offset());
  }

  /** Whether records are trained that the model before has trained already. */
  boolean isRetraining() {
    return reports.monitor().retraining().isActive();
  }

  /** Adds errors that were read. */
  void measured(MetricSums sums) {
    if (sums.samples() > 0) {
      reports.monitor().measured(sums.samples(), error(sums));
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
   * Responds to what was found, and begins or ends a boost. Call it after each step, and while no
   * step can be made: labels arrive without batches, too.
   *
   * @param samples of the step; 0 without one
   * @param drained receives the metric sums that are read for a version
   */
  void respond(int samples, Consumer<MetricSums> drained) throws InterruptedException {
    boolean ended = reports.monitor().boost().trained(samples);
    learningRate.warmUp();
    reports.monitor().retraining().trained(samples);
    reports.collect();
    if (ended || reports.areUrgent()) {
      // The version contains the boost that begins or has ended: a trainer that continues from it
      // changes the learning rate at the same sample.
      submitter.submitRest(drained);
    }
    submitter.submitReports();
    learningRate.follow();
  }
}
