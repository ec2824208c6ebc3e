package dev.tidemill.evaluation.drift;

/** Checks the numbers of a detector's state, which may come from a damaged file. */
final class StateNumbers {
  /** Counts up to this are exact as doubles, and their sums do not overflow. */
  static final long MAX_COUNT = 1L << 53;

  /** Sums of rounded values may miss their bounds by this share. */
  static final double ROUNDING = 1e-6;

  private StateNumbers() {}

  /**
   * Returns a whole number.
   *
   * @throws IllegalArgumentException if the value is none in the range
   */
  static long whole(String name, double value, long min, long max) {
    if (!(value >= min && value <= max && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          "%s is %s, not a whole number from %d to %d".formatted(name, value, min, max));
    }
    return (long) value;
  }

  /**
   * Returns a value, if it is in the range up to rounding.
   *
   * @throws IllegalArgumentException if it is not, or is no number
   */
  static double between(String name, double value, double min, double max) {
    double rounding = ROUNDING * Math.max(1, max);
    if (!(Double.isFinite(value) && value >= min - rounding && value <= max + rounding)) {
      throw new IllegalArgumentException(
          "%s is %s, not from %s to %s".formatted(name, value, min, max));
    }
    return value;
  }
}
