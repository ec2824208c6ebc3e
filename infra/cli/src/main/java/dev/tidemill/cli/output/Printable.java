package dev.tidemill.cli.output;

/** Makes text of unknown origin safe to print. */
public final class Printable {
  private static final char REPLACEMENT = '\uFFFD';

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
}
