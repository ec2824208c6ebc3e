package dev.tidemill.contract;

import java.math.BigDecimal;

/** Converts between numbers and their plain texts. */
public final class NumberText {
  /** Above this, a double does not name each whole number. */
  private static final double EXACT = 1L << 53;

  /** Powers of ten that a double holds exactly. */
  private static final double[] POWERS = new double[23];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private NumberText() {}

  /**
   * Parses a decimal number, with or without an exponent.
   *
   * @return NaN if the text is not a number, or not finite as a 32-bit float
   */
  public static double parse(String text) {
    String stripped = text.strip();
    double value = plain(stripped);
    if (Double.isNaN(value) && isDecimal(stripped)) {
      try {
        value = Double.parseDouble(stripped);
      } catch (NumberFormatException e) {
        return Double.NaN;
      }
    }
    return Float.isFinite((float) value) ? value : Double.NaN;
  }

  /**
   * Parses a short number without an exponent, as most cells are, in one pass: digits and power of
   * ten are exact, so their quotient is the nearest double (Clinger, "How to Read Floating Point
   * Numbers Accurately", 1990).
   *
   * @return NaN for any other text
   */
  private static double plain(String text) {
    int length = text.length();
    boolean negative = length > 0 && text.charAt(0) == '-';
    int begin = negative ? 1 : 0;
    long digits = 0;
    int point = -1;
    // 15 digits are below 2^53.
    if (length - begin > 16) {
      return Double.NaN;
    }
    for (int i = begin; i < length; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits = 10 * digits + (c - '0');
      } else if (c == '.' && point < 0) {
        point = i;
      } else {
        return Double.NaN;
      }
    }
    int count = length - begin - (point < 0 ? 0 : 1);
    if (count == 0 || count > 15) {
      return Double.NaN;
    }
    double value = point < 0 ? digits : digits / POWERS[length - 1 - point];
    return negative ? -value : value;
  }

  /**
   * Whether a text may be a decimal number. Java also accepts "Infinity", "NaN", suffixes (1d) and
   * 0x1p3, and an exception for each other text would take long.
   */
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
