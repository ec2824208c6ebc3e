package dev.tidemill.producer.source.table;

/** Numbers as people write them in tables. */
final class Numbers {
  private Numbers() {}

  /** The number, or NaN where the text is none, or none that a 32-bit float can hold. */
  static double parse(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || !isDigitOrDot(stripped.charAt(stripped.length() - 1))) {
      return Double.NaN; // Java's own suffixes (1d, 1f), "Infinity", "NaN" and nothing at all.
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
