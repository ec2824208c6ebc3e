package dev.tidemill.evaluation.drift;

import java.util.Optional;

/**
 * The Page-Hinkley test. It sums how far each sample exceeds the mean of all samples so far, minus
 * a tolerance, and never lets the sum fall below 0. A sum above the threshold is a change, which
 * began when the sum was last 0. Memory and time are O(1).
 *
 * <p>Source: Page, Continuous Inspection Schemes, Biometrika 41, 1954, with the mean so far in
 * place of a known one.
 */
public final class PageHinkley implements DriftDetector {
  private static final int MIN_SAMPLES = 30;

  private final double tolerance;
  private final double threshold;
  private long samples;
  private double mean;
  private double excess;
  private long risingSamples;
  private double risingSum;

  /**
   * @param tolerance a rise of the mean up to this is no change
   * @param threshold sum of the samples' excess that is a change
   */
  public PageHinkley(double tolerance, double threshold) {
    if (!(tolerance >= 0 && threshold > 0)) {
      throw new IllegalArgumentException("tolerance " + tolerance + ", threshold " + threshold);
    }
    this.tolerance = tolerance;
    this.threshold = threshold;
  }

  @Override
  public Optional<Change> add(double value, int count) {
    samples += count;
    mean += (value - mean) * count / samples;
    excess += (value - mean - tolerance) * count;
    if (excess <= 0) {
      excess = 0;
      risingSamples = 0;
      risingSum = 0;
      return Optional.empty();
    }
    risingSamples += count;
    risingSum += value * count;
    if (samples < MIN_SAMPLES || excess <= threshold) {
      return Optional.empty();
    }
    long earlier = samples - risingSamples;
    double before = earlier == 0 ? mean : (mean * samples - risingSum) / earlier;
    Change found = new Change(risingSamples, before, risingSum / risingSamples);
    reset();
    return Optional.of(found);
  }

  @Override
  public void reset() {
    samples = 0;
    mean = 0;
    excess = 0;
    risingSamples = 0;
    risingSum = 0;
  }

  @Override
  public double[] state() {
    return new double[] {samples, mean, excess, risingSamples, risingSum};
  }

  @Override
  public void restore(double[] state) {
    if (state.length != 5) {
      throw new IllegalArgumentException(state.length + " numbers are no state of Page-Hinkley");
    }
    long all = StateNumbers.whole("samples", state[0], 0, StateNumbers.MAX_COUNT);
    long rising = StateNumbers.whole("samples of the rise", state[3], 0, all);
    double before = StateNumbers.between("the mean", state[1], 0, 1);
    double over = StateNumbers.between("the excess", state[2], 0, (double) all);
    risingSum = StateNumbers.between("the sum of the rise", state[4], 0, (double) rising);
    samples = all;
    mean = before;
    excess = over;
    risingSamples = rising;
  }
}
