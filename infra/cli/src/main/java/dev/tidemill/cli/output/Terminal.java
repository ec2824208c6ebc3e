package dev.tidemill.cli.output;

import java.io.PrintWriter;

/** Writes progress to standard error: redrawn on a terminal, as plain lines in a pipe. */
public final class Terminal {
  private static final String CLEAR_TO_END = "\u001b[J";

  /** Turns wrapping off: {@code erase} counts lines, and a wrapped line would take two. */
  private static final String CUT = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintWriter err;
  private final boolean interactive;
  private int drawnLines;

  /**
   * @param interactive whether it is a terminal, where lines can be redrawn
   */
  Terminal(PrintWriter err, boolean interactive) {
    this.err = err;
    this.interactive = interactive;
  }

  /** The process's terminal; the launcher sets {@code tidemill.terminal}. */
  public static Terminal of(PrintWriter err) {
    return new Terminal(err, Boolean.getBoolean("tidemill.terminal"));
  }

  public boolean interactive() {
    return interactive;
  }

  /** Prints a permanent line above the drawn ones. */
  public synchronized void line(String text) {
    erase();
    err.println(text);
    err.flush();
  }

  /** Replaces the drawn lines; an empty text erases them. Does nothing in a pipe. */
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
