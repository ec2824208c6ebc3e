package dev.tidemill.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process that works by itself until it is ended: a broker, a worker of ours, a peer. What it
 * says, on either stream, is kept by line. Any thread.
 */
public final class Service implements AutoCloseable {
  private static final int KEPT_LINES = 200;

  private final String name;
  private final Process process;
  private final Deque<String> lines = new ArrayDeque<>();
  private final Thread atExit;
  private int openStreams = 2;

  private Service(String name, Process process) {
    this.name = name;
    this.process = process;
    read(process.getInputStream());
    read(process.getErrorStream());
    atExit = new Thread(process::destroyForcibly, name + "-kill");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts it and returns at once. */
  public static Service start(Launch launch) {
    return new Service(launch.name(), launch.start());
  }

  public long pid() {
    return process.pid();
  }

  /**
   * Waits for a line in which the pattern is found, among those that were said before, too.
   *
   * @throws BenchmarkException with the last lines, when the process ends or the limit passes first
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
        if (left <= 0 || openStreams == 0) {
          throw new BenchmarkException(
              "%s said nothing like '%s' %s; its last lines:%n%s"
                  .formatted(
                      name,
                      pattern,
                      openStreams == 0 ? "before it ended" : "in " + limit.toSeconds() + " s",
                      String.join("\n", lines)));
        }
        lines.wait(left);
      }
    }
  }

  /**
   * Returns while it lives.
   *
   * @throws BenchmarkException with its last lines, if it has ended
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      synchronized (lines) {
        throw new BenchmarkException(
            "%s ended with status %d; its last lines:%n%s"
                .formatted(name, process.exitValue(), String.join("\n", lines)));
      }
    }
  }

  /** Asks it to end (SIGTERM), and kills it if it has not after 10 s. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      boolean unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException exiting) {
      process.destroyForcibly();
    }
  }

  private void read(InputStream stream) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(this::keep);
              } catch (IOException | UncheckedIOException closed) {
                keep("(its output broke off: " + closed.getMessage() + ")");
              } finally {
                ended();
              }
            },
            name + "-says");
    thread.setDaemon(true);
    thread.start();
  }

  private void keep(String line) {
    synchronized (lines) {
      lines.addLast(line);
      if (lines.size() > KEPT_LINES) {
        lines.removeFirst();
      }
      lines.notifyAll();
    }
  }

  private void ended() {
    synchronized (lines) {
      openStreams--;
      lines.notifyAll();
    }
  }
}
