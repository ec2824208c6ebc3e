package dev.tidemill.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs a main class in a separate JVM that a test can kill like a crash. The JVM has this JVM's
 * class path and memory flags. Keeps the output by line. Closing it kills the JVM.
 */
public final class ChildJvm implements AutoCloseable {
  private static final Duration LINE_LIMIT = Duration.ofMinutes(3);
  private static final List<String> INHERITED =
      List.of("-X", "--enable-native-access", "--sun-misc-unsafe", "-Dorg.bytedeco");

  private final String name;
  private final Process process;
  private final ProcessOutput output;

  private ChildJvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.output = ProcessOutput.of(process, name);
  }

  /**
   * Starts a JVM and returns immediately.
   *
   * @param environment added to this JVM's own environment
   */
  public static ChildJvm start(
      String mainClass, List<String> arguments, Map<String, String> environment) {
    return start(List.of(), mainClass, arguments, environment);
  }

  /**
   * Starts a JVM with flags that override those of this JVM.
   *
   * @param flags for example {@code -Xmx64m}
   */
  public static ChildJvm start(
      List<String> flags,
      String mainClass,
      List<String> arguments,
      Map<String, String> environment) {
    return startUnder(List.of(), flags, mainClass, arguments, environment);
  }

  /**
   * Starts a JVM through a wrapper command that becomes the JVM.
   *
   * @param wrapper takes the JVM's command as its arguments and executes it, for example {@code
   *     setpriv --reuid 65532}
   */
  public static ChildJvm startUnder(
      List<String> wrapper,
      List<String> flags,
      String mainClass,
      List<String> arguments,
      Map<String, String> environment) {
    List<String> command = command(wrapper, flags, mainClass, arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new ChildJvm(mainClass.substring(mainClass.lastIndexOf('.') + 1), process);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a JVM for " + mainClass, e);
    }
  }

  /**
   * Returns the command that {@link #start(String, List, Map)} runs, for example for a pipe of
   * processes.
   */
  public static List<String> command(String mainClass, List<String> arguments) {
    return command(List.of(), List.of(), mainClass, arguments);
  }

  private static List<String> command(
      List<String> wrapper, List<String> flags, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>(Signals.RESET);
    command.addAll(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(command::add);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(arguments);
    return command;
  }

  /** Waits up to 3 minutes for the first line on either stream that contains the pattern. */
  public Matcher waitForLine(String pattern) throws InterruptedException {
    return waitForLine(pattern, LINE_LIMIT);
  }

  /**
   * Waits for the first line on either stream that contains the pattern.
   *
   * @throws AssertionError with the last lines, if the process ends or the limit passes first
   */
  public Matcher waitForLine(String pattern, Duration limit) throws InterruptedException {
    return output
        .await(Pattern.compile(pattern), limit)
        .orElseThrow(() -> failure("wrote no line with \"" + pattern + "\"", limit));
  }

  /**
   * Kills the process like a crash (SIGKILL): nothing is flushed, no shutdown hook runs. Returns
   * once it has ended.
   */
  public void kill() throws InterruptedException {
    // Not the process itself: that would close its output under the reader.
    boolean unused = process.toHandle().destroyForcibly();
    process.waitFor();
    output.awaitEnd();
  }

  /** Asks the process to end (SIGTERM). */
  public void terminate() {
    // Not the process itself: that would close its output under the reader.
    boolean unused = process.toHandle().destroy();
  }

  /**
   * Interrupts the process like Ctrl-C (SIGINT). Aborts the test on a machine where the child
   * ignores SIGINT because this process does.
   */
  public void interrupt() throws IOException, InterruptedException {
    Signals.interrupt(process.toHandle());
  }

  /** Sends the process a signal, for example STOP or CONT. */
  public void signal(String signal) throws IOException, InterruptedException {
    Signals.send(process.toHandle(), signal);
  }

  /**
   * Waits until the process ends.
   *
   * @return the exit status; 128 + n after signal n
   * @throws AssertionError with the last lines, if the limit passes first
   */
  public int awaitExit(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw failure("did not end", limit);
    }
    output.awaitEnd();
    return process.exitValue();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the lines on standard output so far. */
  public List<String> out() {
    return output.out();
  }

  /** Returns the lines on standard error so far. */
  public List<String> error() {
    return output.error();
  }

  @Override
  public void close() {
    boolean unused = process.toHandle().destroyForcibly();
  }

  // Surefire's class path is a single jar that names the real one.
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private AssertionError failure(String what, Duration limit) {
    String when = process.isAlive() ? "in " + limit.toSeconds() + " s" : "before it ended";
    return new AssertionError(
        name + " " + what + " " + when + "; its last lines:\n" + output.tail());
  }
}
