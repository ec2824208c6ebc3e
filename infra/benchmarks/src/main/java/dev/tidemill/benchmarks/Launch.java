package dev.tidemill.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param name in tables and errors
 * @param environment added to the suite's own
 */
public record Launch(String name, List<String> command, Map<String, String> environment) {

  /** Joins the parts of a command line. */
  @SafeVarargs
  public static List<String> join(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  /** The same with more variables in the environment. */
  public Launch withEnvironment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Launch(name, command, all);
  }

  /**
   * Starts the process, with pipes for all three streams.
   *
   * @throws BenchmarkException if the system cannot start it
   */
  Process start() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new BenchmarkException(name + " cannot be started", e);
    }
  }
}
