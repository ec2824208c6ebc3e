package dev.tidemill.trainer;

import dev.tidemill.engine.StepMetrics;

/**
 * Losses and right answers over some samples.
 *
 * @param correct labels that were answered right, of each sample's one or more
 */
record MetricSums(long samples, double lossSum, long correct) {
  static final MetricSums NONE = new MetricSums(0, 0, 0);

  static MetricSums of(StepMetrics drained) {
    return new MetricSums(drained.samples(), drained.lossSum(), drained.correct());
  }

  MetricSums plus(MetricSums more) {
    return new MetricSums(samples + more.samples, lossSum + more.lossSum, correct + more.correct);
  }

  /** Mean; NaN over no samples. */
  double loss() {
    return lossSum / samples;
  }

  /**
   * Share of right answers; NaN over no samples.
   *
   * @param labels of one sample
   */
  double accuracy(int labels) {
    return correct / ((double) samples * labels);
  }
}
