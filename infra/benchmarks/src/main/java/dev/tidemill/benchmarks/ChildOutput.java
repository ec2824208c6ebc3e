package dev.tidemill.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What a participant says: answers line by line, and the last lines of its standard error. */
final class ChildOutput {
  private static final int KEPT_LINES = 40;

  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final Deque<String> errors = new ArrayDeque<>();
  private final Thread errorReader;

  ChildOutput(Process process, String name) {
    read(process.getInputStream(), name + "-out", line -> answers.add(Optional.of(line)), true);
    errorReader = read(process.getErrorStream(), name + "-error", this::keep, false);
  }

  /**
   * The next line of standard output; empty at its end.
   *
   * @throws BenchmarkException when none comes in time
   */
  Optional<String> next(Duration limit) throws InterruptedException {
    Optional<String> line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new BenchmarkException("said nothing for " + limit.toSeconds() + " s");
    }
    return line;
  }

  /** The last lines of standard error, all of them once the process has ended. */
  String lastErrors(boolean ended) throws InterruptedException {
    if (ended) {
      // A process that it left behind may hold the pipe open.
      errorReader.join(2_000);
    }
    synchronized (errors) {
      return String.join("\n", errors);
    }
  }

  private void keep(String line) {
    synchronized (errors) {
      errors.addLast(line);
      if (errors.size() > KEPT_LINES) {
        errors.removeFirst();
      }
    }
  }

  private Thread read(InputStream stream, String name, Consumer<String> lines, boolean tellEnd) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines);
              } catch (IOException | java.io.UncheckedIOException closed) {
                keep("(its output broke off: " + closed.getMessage() + ")");
              } finally {
                if (tellEnd) {
                  answers.add(Optional.empty());
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
