package dev.tidemill.trainer;

import dev.tidemill.engine.StepMetrics;

/**
 * Sums of loss and correct labels over a number of samples.
 *
 * @param correct number of correct labels; a sample may have several
 */
record MetricSums(long samples, double lossSum, long correct) {
  static final MetricSums NONE = new MetricSums(0, 0, 0);

  static MetricSums of(StepMetrics drained) {
    return new MetricSums(drained.samples(), drained.lossSum(), drained.correct());
  }

  MetricSums plus(MetricSums more) {
    return new MetricSums(samples + more.samples, lossSum + more.lossSum, correct + more.correct);
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
