package dev.tidemill.producer.source.table;

/** Parses the numbers of table cells. */
final class Numbers {
  private Numbers() {}

  /** Parses a number; returns NaN if the text is not a number or not finite as a 32-bit float. */
  static double parse(String text) {
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
}
