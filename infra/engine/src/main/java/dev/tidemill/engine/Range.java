package dev.tidemill.engine;

/** Numbers that an argument may be. */
record Range(double least, boolean leastIncluded, double most, boolean mostIncluded, String text) {
  static final Range FINITE =
      new Range(-Double.MAX_VALUE, true, Double.MAX_VALUE, true, "a number");
  static final Range AT_LEAST_ZERO =
      new Range(0, true, Double.MAX_VALUE, true, "a number of at least 0");
  static final Range ABOVE_ZERO = new Range(0, false, Double.MAX_VALUE, true, "a number above 0");
  static final Range SHARE = new Range(0, true, 1, true, "a number from 0 to 1");
  static final Range SHARE_BELOW_ONE =
      new Range(0, true, 1, false, "a number of at least 0 and below 1");

  boolean holds(double value) {
    return (value > least || (leastIncluded && value == least))
        && (value < most || (mostIncluded && value == most));
  }
}
