package dev.tidemill.cli.output;

/**
 * A line of a full screen. Its kind only adds to what the text says, and its text cannot control
 * the terminal, whatever log it comes from.
 */
public record ScreenLine(Kind kind, String text) {
  public ScreenLine {
    text = Printable.of(text);
  }

  static ScreenLine plain(String text) {
    return new ScreenLine(Kind.PLAIN, text);
  }

  /** How a line stands out. */
  public enum Kind {
    PLAIN(""),
    TITLE("\u001b[7m"),
    HEADING("\u001b[1m"),
    ERROR("\u001b[1;31m"),
    WARNING("\u001b[33m");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** The control sequence that begins it. */
    String code() {
      return code;
    }
  }
}
