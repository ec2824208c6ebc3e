package dev.tidemill.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * The median of several rounds, with the lowest and the highest of them.
 *
 * @param unit e.g. {@code ms}, {@code samples/s}, {@code ×}
 */
public record Figure(double median, double low, double high, String unit) {

  /**
   * The figure of some rounds.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Figure of(double[] rounds, String unit) {
    if (rounds.length == 0) {
      throw new IllegalArgumentException("a figure of no rounds (" + unit + ")");
    }
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figure(median, sorted[0], sorted[sorted.length - 1], unit);
  }

  /** A value that was measured once. */
  public static Figure once(double value, String unit) {
    return new Figure(value, value, value, unit);
  }

  /**
   * Divides one measurement by another.
   *
   * @param who measured the divisor
   * @throws BenchmarkException if the divisor is not positive
   */
  public static double quotient(double dividend, double divisor, String who) {
    if (!(divisor > 0)) {
      throw new BenchmarkException("cannot divide by what " + who + " measured: " + divisor);
    }
    return dividend / divisor;
  }

  /** E.g. {@code 2.13 ms (2.05–2.31)}. */
  @Override
  public String toString() {
    String value = digits(median) + (unit.isEmpty() || unit.equals("×") ? "" : " ") + unit;
    return low == high ? value : value + " (" + digits(low) + "–" + digits(high) + ")";
  }

  /** Three significant digits; whole numbers from 100 on, in groups of thousands. */
  public static String digits(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value) || size == 0) {
      return size == 0 ? "0" : Double.toString(value);
    }
    int decimals = Math.max(0, 2 - (int) Math.floor(Math.log10(size)));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }
}
