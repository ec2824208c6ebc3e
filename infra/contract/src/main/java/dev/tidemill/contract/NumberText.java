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
    if (stripped.isEmpty() || !isDigitOrDot(stripped.charAt(stripped.length() - 1))) {
      return Double.NaN; // Empty, "Infinity", "NaN", or with one of Java's suffixes (1d, 1f).
    }
    try {
      double value = Double.parseDouble(stripped);
      return Float.isFinite((float) value) ? value : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static boolean isDigitOrDot(char last) {
    return last == '.' || (last >= '0' && last <= '9');
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
