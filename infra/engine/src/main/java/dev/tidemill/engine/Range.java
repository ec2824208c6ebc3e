package dev.tidemill.engine;

/** A range of numbers that an argument accepts; {@code text} describes it in messages. */
record Range(double min, boolean minIncluded, double max, boolean maxIncluded, String text) {
  static final Range FINITE =
      new Range(-Double.MAX_VALUE, true, Double.MAX_VALUE, true, "a number");
  static final Range AT_LEAST_ZERO =
      new Range(0, true, Double.MAX_VALUE, true, "a number of at least 0");
  static final Range ABOVE_ZERO = new Range(0, false, Double.MAX_VALUE, true, "a number above 0");
  static final Range ZERO_TO_ONE = new Range(0, true, 1, true, "a number from 0 to 1");
  static final Range ZERO_TO_BELOW_ONE =
      new Range(0, true, 1, false, "a number of at least 0 and below 1");

  boolean contains(double value) {
    return (value > min || (minIncluded && value == min))
        && (value < max || (maxIncluded && value == max));
  }
}
