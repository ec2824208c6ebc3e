package dev.tidemill.contract;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How well one target of a regression was predicted, in the target's own unit: mean absolute error,
 * root mean squared error, and the coefficient of determination R². One thread.
 */
public final class TargetReport {
  /** Below this share of the sum of squares, a difference of sums is only their rounding. */
  private static final double ROUNDING = 1e-12;

  private final String name;
  private long samples;
  private double absolute;
  private double squared;
  private double mean;
  private double total;

  public TargetReport(String name) {
    this.name = name;
  }

  /** The target's name. */
  public String name() {
    return name;
  }

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

  /**
   * Adds samples by their sums. The values may have any origin, which is the same in all calls.
   *
   * @param absoluteErrors sum of the absolute errors
   * @param squaredErrors sum of the squared errors
   * @param values sum of the expected values
   * @param squaredValues sum of the squared expected values
   */
  public void add(
      long more, double absoluteErrors, double squaredErrors, double values, double squaredValues) {
    if (more == 0) {
      return;
    }
    absolute += absoluteErrors;
    squared += squaredErrors;
    double around = squaredValues - values * values / more;
    double difference = values / more - mean;
    // Rounding of the sums grows with their number of values.
    double rounding = Math.max(ROUNDING, more * 0x1p-53) * squaredValues;
    total += around <= rounding ? 0 : around;
    total += difference * difference * samples * more / (samples + more);
    samples += more;
    mean += difference * more / samples;
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

  /** Returns the figures of all targets as words; with their names, if there are several. */
  public static String words(List<TargetReport> targets) {
    return targets.stream()
        .map(target -> (targets.size() == 1 ? "" : target.name + ": ") + target.figures())
        .collect(Collectors.joining(", "));
  }

  private String figures() {
    return String.format(Locale.ROOT, "MAE %.4g, RMSE %.4g, R² %.4f", mae(), rmse(), r2());
  }
}
