package dev.tidemill.benchmarks;

import java.io.BufferedReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A child process that runs until it is closed: a broker, a worker, a peer. Keeps the last lines
 * that it writes. Any thread.
 */
public final class Service implements AutoCloseable {
  private static final int KEPT_LINES = 200;

  private final String name;
  private final Process process;
  private final Deque<String> lines = new ArrayDeque<>();
  // Ctrl-C on the suite must not leave a child behind.
  private final Thread killAtExit = new Thread(this::kill);
  private final CompletableFuture<Void> outputEnd;

  private Service(Launch launch, @Nullable Consumer<Optional<String>> output) {
    name = launch.name();
    process = launch.start();
    Runtime.getRuntime().addShutdownHook(killAtExit);
    outputEnd =
        CompletableFuture.allOf(
            read(process.errorReader(StandardCharsets.UTF_8), this::keep),
            read(
                process.inputReader(StandardCharsets.UTF_8), output == null ? this::keep : output));
    // Whoever awaits a line waits no longer.
    var unused = outputEnd.thenRun(() -> keep(Optional.empty()));
  }

  /** Starts the process and returns at once. */
  public static Service start(Launch launch) {
    return new Service(launch, null);
  }

  /**
   * Starts the process and waits until it is ready; ends it if it does not become ready.
   *
   * @param ready in a line that it writes then, see {@link #awaitLine}
   */
  public static Service start(Launch launch, Pattern ready, Duration limit)
      throws InterruptedException {
    Service service = start(launch);
    try {
      var unused = service.awaitLine(ready, limit);
      return service;
    } catch (RuntimeException | InterruptedException e) {
      service.close();
      throw e;
    }
  }

  /** Starts a process whose standard output is not kept but passed on; an empty line is its end. */
  public static Service start(Launch launch, Consumer<Optional<String>> output) {
    return new Service(launch, output);
  }

  public long pid() {
    return process.pid();
  }

  Writer input() {
    return process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Waits for a line that contains the pattern; earlier lines count.
   *
   * @throws BenchmarkException with the last lines if the process ends or the limit passes first
   */
  public Matcher awaitLine(Pattern pattern, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (lines) {
      while (true) {
        for (String line : lines) {
          Matcher matcher = pattern.matcher(line);
          if (matcher.find()) {
            return matcher;
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || outputEnd.isDone()) {
          String when = outputEnd.isDone() ? "before it ended" : "in " + limit.toSeconds() + " s";
          throw new BenchmarkException(
              "%s wrote no line with '%s' %s%s".formatted(name, pattern, when, lastLines()));
        }
        lines.wait(left);
      }
    }
  }

  /**
   * Returns if the process is alive.
   *
   * @throws BenchmarkException with its last lines if it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new BenchmarkException(name + " " + status() + lastLines());
    }
  }

  /** Sends SIGTERM, and kills the process if it is alive after 10 s. */
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }

  /** Waits for the end, and kills the process and all that it started after 10 s. */
  void awaitEnd() {
    try {
      if (!ends()) {
        kill();
      }
      boolean unused = Runtime.getRuntime().removeShutdownHook(killAtExit);
    } catch (IllegalStateException exiting) {
      kill();
    }
  }

  /** The state of a process whose output has ended. */
  String status() {
    return ends() ? "ended with status " + process.exitValue() : "closed its output";
  }

  private boolean ends() {
    try {
      return process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The last lines for an error message; all of them if the process has ended. */
  String lastLines() {
    if (!process.isAlive()) {
      // Not without end: a descendant may hold the pipe open.
      outputEnd.copy().completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
    }
    synchronized (lines) {
      return lines.isEmpty() ? "" : "; its last lines:\n" + String.join("\n", lines);
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    boolean unused = process.toHandle().destroyForcibly();
  }

  /** Passes lines on, on a thread of its own; the result is complete when there are no more. */
  private CompletableFuture<Void> read(BufferedReader stream, Consumer<Optional<String>> output) {
    Executor thread =
        task -> {
          Thread reader = new Thread(task, name + "-output");
          reader.setDaemon(true);
          reader.start();
        };
    return CompletableFuture.runAsync(
            () -> stream.lines().map(Optional::of).forEach(output), thread)
        .exceptionally(
            closed -> {
              keep(Optional.of("(its output cannot be read: " + closed.getMessage() + ")"));
              return null;
            })
        .thenRun(() -> output.accept(Optional.empty()));
  }

  private void keep(Optional<String> line) {
    synchronized (lines) {
      line.ifPresent(lines::addLast);
      if (lines.size() > KEPT_LINES) {
        lines.removeFirst();
      }
      lines.notifyAll();
    }
  }
}
