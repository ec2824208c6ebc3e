package dev.tidemill.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Sends signals to child processes. Their reaction must not depend on how the tests were started.
 * In the background of a script, children inherit that SIGINT is ignored, and a JVM leaves it
 * ignored.
 */
final class Signals {
  /**
   * A command prefix that resets signal handling to the system's defaults; empty if unavailable.
   */
  static final List<String> RESET = reset();

  /** SIGINT's bit in the kernel's signal masks. */
  private static final long INTERRUPT = 1 << 1;

  private Signals() {}

  /** Sends SIGINT; aborts the test if the process ignores it. */
  static void interrupt(ProcessHandle process) throws IOException, InterruptedException {
    Assumptions.assumeFalse(
        RESET.isEmpty() && ignoresInterrupts(process),
        "SIGINT is ignored, and this env(1) cannot reset it");
    send(process, "INT");
  }

  /** Sends a signal; the name has no SIG prefix. */
  static void send(ProcessHandle process, String signal) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new AssertionError("cannot send SIG" + signal + " to process " + process.pid());
    }
  }

  private static boolean ignoresInterrupts(ProcessHandle process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("SigIgn:"))
          .map(line -> Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16))
          .anyMatch(ignored -> (ignored & INTERRUPT) != 0);
    }
  }

  /** Returns the command if env(1) supports it, as GNU coreutils 8.31 or newer do. */
  private static List<String> reset() {
    List<String> command = List.of("env", "--default-signal=HUP,INT,QUIT,TERM");
    List<String> trial = Stream.concat(command.stream(), Stream.of("true")).toList();
    try {
      int status =
          new ProcessBuilder(trial)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      return status == 0 ? command : List.of();
    } catch (IOException absent) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
