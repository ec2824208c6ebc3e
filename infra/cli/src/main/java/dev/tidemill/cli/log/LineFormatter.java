package dev.tidemill.cli.log;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Instant;
import org.slf4j.event.Level;

/**
 * Writes what a command prints to standard error: unchanged, or each line as a JSON object of the
 * logger {@code tidemill}. A line that begins with {@code tidemill:} says why the command ends, and
 * is a warning. Any thread.
 */
public final class LineFormatter extends Writer {
  private static final String COMMAND = "tidemill";

  private final Writer to;
  private final StringBuilder line = new StringBuilder();

  private LineFormatter(Writer to) {
    super(to);
    this.to = to;
  }

  /**
   * Returns a writer that formats.
   *
   * @param to standard error
   */
  public static PrintWriter around(PrintWriter to) {
    return new PrintWriter(new LineFormatter(to), true);
  }

  @Override
  public void write(char[] characters, int from, int length) throws IOException {
    synchronized (lock) {
      if (!LogFormat.isJson()) {
        to.write(characters, from, length);
        return;
      }
      for (int i = from; i < from + length; i++) {
        if (characters[i] == '\n') {
          writeLine();
        } else {
          line.append(characters[i]);
        }
      }
    }
  }

  private void writeLine() throws IOException {
    String text = line.toString().stripTrailing();
    line.setLength(0);
    if (!text.isEmpty()) {
      Level level = text.startsWith(COMMAND + ":") ? Level.WARN : Level.INFO;
      to.write(JsonLine.of(Instant.now(), level, COMMAND, text, null) + "\n");
    }
  }

  @Override
  public void flush() throws IOException {
    to.flush();
  }

  @Override
  public void close() throws IOException {
    to.flush();
  }
}
