package dev.tidemill.chaos.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A child process whose output is appended to a file. It is killed when this JVM exits. Any thread.
 */
public final class ChildProcess implements AutoCloseable {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("OMP_NUM_THREADS", "1", "MALLOC_ARENA_MAX", "2");

  private final Process process;
  private final Path log;
  private final Thread killAtExit = new Thread(this::destroy);

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(killAtExit);
  }

  /**
   * Starts a process and returns at once.
   *
   * @param log the file that both output streams are appended to
   * @throws UncheckedIOException if the system cannot start it
   */
  public static ChildProcess start(List<String> command, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(ENVIRONMENT);
    try {
      return new ChildProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + log.getFileName(), e);
    }
  }

  /** Returns the file with the output of this process and of those before it. */
  public Path log() {
    return log;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the exit status; empty while the process is alive. */
  public Optional<Integer> status() {
    return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
  }

  /**
   * Sends a signal.
   *
   * @param name without SIG, for example STOP
   * @return false if the process is no longer there
   */
  public boolean signal(String name) throws IOException, InterruptedException {
    if (!process.isAlive()) {
      return false;
    }
    return new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /**
   * Kills the process (SIGKILL) and waits until it is gone.
   *
   * @return false if it was gone before
   */
  public boolean kill() throws InterruptedException {
    boolean alive = process.isAlive();
    destroy();
    process.waitFor();
    return alive;
  }

  /** Waits for the end; returns whether it came in time. */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns the last line of the log that is not blank. */
  public String lastLine() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .toList();
      return lines.isEmpty() ? "it wrote nothing" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      return log + " cannot be read: " + e.getMessage();
    }
  }

  /** Kills the process if it is alive. */
  @Override
  public void close() {
    destroy();
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(killAtExit);
    } catch (IllegalStateException exiting) {
      // Then the hook runs.
    }
  }

  private void destroy() {
    boolean unused = process.toHandle().destroyForcibly();
  }
}
