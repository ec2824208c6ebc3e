package dev.tidemill.runtime;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Captures standard error, including the log, while it is open. */
final class LogCapture implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  LogCapture() {
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
  }

  /** Returns the lines of one worker so far. */
  List<String> linesOf(String worker) {
    return captured
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(worker))
        .toList();
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
