package dev.tidemill.cli.output;

/** Makes text of unknown origin safe to print. */
public final class Printable {
  private static final char REPLACEMENT = '\uFFFD';

  private static final char FIRST_UNESCAPED = 0x7f;

  private Printable() {}

  /**
   * Replaces control characters, so that a record's text cannot control a terminal, and stays on
   * one line.
   */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.chars().forEach(c -> printable.append(Character.isISOControl(c) ? REPLACEMENT : (char) c));
    return printable.toString();
  }

  /**
   * As {@link #of}, for text that is written as JSON. JSON escapes line ends and most other control
   * characters by itself, so that they are kept.
   */
  public static String inJson(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c ->
                printable.append(
                    c >= FIRST_UNESCAPED && Character.isISOControl(c) ? REPLACEMENT : (char) c));
    return printable.toString();
  }
}
