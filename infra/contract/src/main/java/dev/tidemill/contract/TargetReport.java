package dev.tidemill.contract;

/**
 * How well one target of a regression was predicted, in the target's own unit: mean absolute error,
 * root mean squared error, and the coefficient of determination R². One thread.
 */
public final class TargetReport {
  private long samples;
  private double absolute;
  private double squared;
  private double mean;
  private double total;

  /** Adds one sample. */
  public void add(double expected, double predicted) {
    samples++;
    double error = predicted - expected;
    absolute += Math.abs(error);
    squared += error * error;
    double before = expected - mean;
    mean += before / samples;
    total += before * (expected - mean);
  }

  public long samples() {
    return samples;
  }

  /** Mean absolute error; NaN without samples. */
  public double mae() {
    return absolute / samples;
  }

  /** Root of the mean squared error; NaN without samples. */
  public double rmse() {
    return Math.sqrt(squared / samples);
  }

  /**
   * 1 - (sum of squared errors) / (sum of squared differences from the mean): 1 for perfect
   * predictions, 0 for those of the mean. NaN if all samples have the same value.
   */
  public double r2() {
    return total == 0 ? Double.NaN : 1 - squared / total;
  }
}
