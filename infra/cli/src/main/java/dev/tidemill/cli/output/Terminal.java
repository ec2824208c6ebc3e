package dev.tidemill.cli.output;

import java.io.PrintWriter;

/** Standard error: where progress is shown, redrawn on a terminal and as plain lines in a pipe. */
public final class Terminal {
  private static final String CLEAR_TO_END = "\u001b[J";

  /** A line that is wider than the terminal is cut, or it would be two, of which one is erased. */
  private static final String CUT = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintWriter err;
  private final boolean interactive;
  private int drawnLines;

  /**
   * @param interactive whether a person looks at it, and lines can be drawn again
   */
  public Terminal(PrintWriter err, boolean interactive) {
    this.err = err;
    this.interactive = interactive;
  }

  /** The process's own; the launcher knows whether it is a terminal. */
  public static Terminal of(PrintWriter err) {
    return new Terminal(err, Boolean.getBoolean("tidemill.terminal"));
  }

  public boolean interactive() {
    return interactive;
  }

  /** Writes a line that stays, above what is drawn. */
  public synchronized void line(String text) {
    erase();
    err.println(text);
    err.flush();
  }

  /** Draws lines in the place of those drawn before, none for an empty text; on a terminal only. */
  public synchronized void draw(String text) {
    if (!interactive) {
      return;
    }
    erase();
    String shown = text.stripTrailing();
    if (!shown.isEmpty()) {
      err.print(CUT + shown + "\n" + WRAP);
      drawnLines = (int) shown.lines().count();
    }
    err.flush();
  }

  private void erase() {
    if (drawnLines > 0) {
      err.print("\u001b[" + drawnLines + "F" + CLEAR_TO_END);
      drawnLines = 0;
    }
  }
}
