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

  private static final String ERROR = "tidemill: ";

  private final Process process;
  private final Path log;
  private final long logged;
  private final Thread killAtExit = new Thread(this::destroy);

  private ChildProcess(Process process, Path log, long logged) {
    this.process = process;
    this.log = log;
    this.logged = logged;
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
      long logged = Files.exists(log) ? Files.size(log) : 0;
      return new ChildProcess(builder.start(), log, logged);
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

  /**
   * Returns what this process wrote about its end: the last error of the command {@code tidemill},
   * or else its last line.
   */
  public String lastWords() {
    try {
      byte[] all = Files.readAllBytes(log);
      int from = (int) Math.min(logged, all.length);
      String text = new String(all, from, all.length - from, StandardCharsets.UTF_8);
      String last = "it wrote nothing";
      for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
        boolean reason = line.startsWith(ERROR) && !line.endsWith("is stopping");
        last = reason || !last.startsWith(ERROR) ? line : last;
      }
      return last;
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
