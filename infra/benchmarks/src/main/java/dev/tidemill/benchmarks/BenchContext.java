package dev.tidemill.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a benchmark runs with.
 *
 * @param java runs the participants in Java
 * @param python runs those in Python
 * @param temp a folder that is deleted at the end
 * @param options of the command line; methods here combine them with a benchmark's defaults
 * @param progress receives a line now and then
 * @param report receives what the benchmark measures
 */
public record BenchContext(
    JavaRuntime java,
    Python python,
    Path temp,
    MeasurementOptions options,
    PrintWriter progress,
    Report report) {

  /** The number of rounds that count. */
  public int rounds(int normal) {
    int usual = options.quick ? Math.min(normal, 3) : normal;
    return options.use("--rounds", options.rounds > 0 ? options.rounds : usual);
  }

  /** The duration of a round. */
  public double seconds(double normal) {
    return options.quick ? normal / 3 : normal;
  }

  /** The user asks for few, short rounds. */
  public boolean quick() {
    return options.quick;
  }

  /** The name of the engine to measure. */
  public String engine() {
    return options.use("--engine", options.engine);
  }

  /** {@code cpu}, {@code cuda:0} … */
  public String device() {
    return options.use("--device", options.device);
  }

  public List<String> specs(List<String> normal) {
    return options.use("--spec", options.specs.isEmpty() ? normal : options.specs);
  }

  public List<Integer> batchSizes(List<Integer> normal) {
    return options.use("--batch-size", options.batchSizes.isEmpty() ? normal : options.batchSizes);
  }

  /** Returns whether a peer that imports these Python modules can run; a note says why not. */
  public boolean canRunPython(String peer, String... modules) {
    Optional<String> missing = python.missing(List.of(modules));
    missing.ifPresent(why -> report.note(peer + " was not run: " + why + "."));
    return missing.isEmpty();
  }

  /** Prints progress on standard error. */
  public void say(String line) {
    progress.println("bench: " + line);
    progress.flush();
  }

  /** Makes a folder, which is deleted at the end. */
  public Path folder(String prefix) {
    try {
      return Files.createTempDirectory(temp, prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + temp, e);
    }
  }
}
