package dev.tidemill.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a process is started.
 *
 * @param name what tables and errors call it
 * @param environment added to the suite's own
 */
public record Launch(String name, List<String> command, Map<String, String> environment) {
  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The same with more in its environment. */
  public Launch withEnvironment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Launch(name, command, all);
  }

  /** The same with more arguments. */
  public Launch withArguments(List<String> more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(more);
    return new Launch(name, all, environment);
  }

  /**
   * Starts it, with pipes for all three streams.
   *
   * @throws BenchmarkException if the system cannot
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
