package dev.tidemill.evaluation.drift;

import java.util.Optional;

/**
 * DDM, the drift detection method. It compares the error rate p, plus its standard deviation s,
 * with the smallest p + s so far. From pmin + 2 smin on, a change may have begun; from pmin + 3
 * smin on, it has. Memory and time are O(1).
 *
 * <p>Source: Gama, Medas, Castillo and Rodrigues, Learning with Drift Detection, SBIA 2004. Other
 * than there, a rate of 0 is no minimum: after it, the first error would be a change.
 */
public final class Ddm implements DriftDetector {
  private static final int MIN_SAMPLES = 30;

  private final double warning;
  private final double change;
  private long samples;
  private double rate;
  private double minRate = Double.POSITIVE_INFINITY;
  private double minDeviation;
  // Since the warning level was reached; 0 below it.
  private long warnedSamples;
  private double warnedSum;

  /** Creates a detector with the levels of the paper. */
  public Ddm() {
    this(2, 3);
  }

  /**
   * @param warning deviations above the minimum from which on a change may have begun
   * @param change deviations above the minimum that are a change
   */
  public Ddm(double warning, double change) {
    if (!(warning > 0 && change > warning)) {
      throw new IllegalArgumentException("levels " + warning + " and " + change);
    }
    this.warning = warning;
    this.change = change;
  }

  @Override
  public Optional<Change> add(double value, int count) {
    samples += count;
    rate += (value - rate) * count / samples;
    double deviation = Math.sqrt(Math.max(0, rate * (1 - rate)) / samples);
    if (samples < MIN_SAMPLES) {
      return Optional.empty();
    }
    if (rate > 0 && rate + deviation <= minRate + minDeviation) {
      minRate = rate;
      minDeviation = deviation;
    }
    if (rate + deviation <= minRate + warning * minDeviation) {
      warnedSamples = 0;
      warnedSum = 0;
      return Optional.empty();
    }
    warnedSamples += count;
    warnedSum += value * count;
    if (rate + deviation <= minRate + change * minDeviation) {
      return Optional.empty();
    }
    Change found = new Change(warnedSamples, minRate, warnedSum / warnedSamples);
    reset();
    return Optional.of(found);
  }

  @Override
  public void reset() {
    samples = 0;
    rate = 0;
    minRate = Double.POSITIVE_INFINITY;
    minDeviation = 0;
    warnedSamples = 0;
    warnedSum = 0;
  }

  @Override
  public double[] state() {
    return new double[] {samples, rate, minRate, minDeviation, warnedSamples, warnedSum};
  }

  @Override
  public void restore(double[] state) {
    if (state.length != 6) {
      throw new IllegalArgumentException(state.length + " numbers are no state of DDM");
    }
    long all = StateNumbers.whole("samples", state[0], 0, StateNumbers.MAX_COUNT);
    long warned = StateNumbers.whole("samples since the warning", state[4], 0, all);
    double mean = StateNumbers.between("the rate", state[1], 0, 1);
    if (state[2] != Double.POSITIVE_INFINITY) {
      Object unused = StateNumbers.between("the smallest rate", state[2], 0, 1);
    }
    double deviation = StateNumbers.between("its deviation", state[3], 0, 1);
    warnedSum = StateNumbers.between("errors since the warning", state[5], 0, (double) warned);
    samples = all;
    rate = mean;
    minRate = state[2];
    minDeviation = deviation;
    warnedSamples = warned;
  }
}
