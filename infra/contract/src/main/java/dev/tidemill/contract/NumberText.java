package dev.tidemill.contract;

import java.math.BigDecimal;

/** Converts between numbers and their plain texts. */
public final class NumberText {
  /** Above this, a double does not name each whole number. */
  private static final double EXACT = 1L << 53;

  private NumberText() {}

  /**
   * Parses a decimal number, with or without an exponent.
   *
   * @return NaN if the text is not a number, or not finite as a 32-bit float
   */
  public static double parse(String text) {
    String stripped = text.strip();
    if (!isDecimal(stripped)) {
      return Double.NaN; // Java also accepts "Infinity", "NaN", suffixes (1d) and 0x1p3.
    }
    try {
      double value = Double.parseDouble(stripped);
      return Float.isFinite((float) value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Whether a text may be a decimal number; an exception for each text would take long. */
  private static boolean isDecimal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && ".+-eE".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Returns the text of a number as people write it: whole numbers without a fraction. */
  public static String text(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (!Double.isFinite(value)) {
        return number.toString();
      }
      return isWhole(value)
          ? Long.toString((long) value)
          : new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
    }
    return number.toString();
  }

  /** Whether a text is true or false, in any case. */
  static boolean isLogical(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  /** Whether a number has no fraction and is exact. */
  static boolean isWhole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= EXACT;
  }
}
