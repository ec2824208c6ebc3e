package dev.tidemill.trainer;

import dev.tidemill.engine.StepMetrics;

/** Losses and right answers over some samples. */
record Sums(long samples, double lossSum, long correct) {
  static final Sums NONE = new Sums(0, 0, 0);

  static Sums of(StepMetrics drained) {
    return new Sums(drained.samples(), drained.lossSum(), drained.correct());
  }

  Sums plus(Sums more) {
    return new Sums(samples + more.samples, lossSum + more.lossSum, correct + more.correct);
  }

  /** Mean; NaN over no samples. */
  double loss() {
    return lossSum / samples;
  }

  /** Share of right answers; NaN over no samples. */
  double accuracy() {
    return (double) correct / samples;
  }
}
