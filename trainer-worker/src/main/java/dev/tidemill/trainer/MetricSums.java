package dev.tidemill.trainer;

import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;

/**
 * Sums of losses, correct labels and errors over a number of samples.
 *
 * @param correct number of correct labels; a sample may have several
 * @param targets errors of a regression
 */
record MetricSums(long samples, double lossSum, long correct, TargetSums targets) {
  static final MetricSums NONE = new MetricSums(0, 0, 0, TargetSums.NONE);

  static MetricSums of(StepMetrics drained) {
    return new MetricSums(
        drained.samples(), drained.lossSum(), drained.correct(), drained.targets());
  }

  MetricSums plus(MetricSums more) {
    return new MetricSums(
        samples + more.samples,
        lossSum + more.lossSum,
        correct + more.correct,
        targets.plus(more.targets));
  }

  /** Returns the mean loss; NaN without samples. */
  double loss() {
    return lossSum / samples;
  }

  /**
   * Returns the accuracy, 0 to 1; NaN without samples.
   *
   * @param labels number of labels of each sample
   */
  double accuracy(int labels) {
    return correct / ((double) samples * labels);
  }
}
