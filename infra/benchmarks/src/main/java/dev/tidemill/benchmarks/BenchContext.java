package dev.tidemill.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a benchmark is run with.
 *
 * @param java runs the participants in Java
 * @param python runs those in Python
 * @param temp a folder that is deleted at the end
 * @param wishes what the command's options ask for
 * @param progress gets a line now and then
 */
public record BenchContext(
    JavaRuntime java, Python python, Path temp, Wishes wishes, PrintWriter progress) {

  /**
   * What the command line asks for.
   *
   * @param rounds 0 for the benchmark's own choice
   * @param quick few, short rounds: to see that it runs, not to publish
   * @param specs network specs, none for the benchmark's own choice
   * @param batchSizes none for the benchmark's own choice
   * @param engine the engine's name
   * @param place where it computes
   */
  public record Wishes(
      int rounds,
      boolean quick,
      List<String> specs,
      List<Integer> batchSizes,
      String engine,
      Place place) {
    public Wishes {
      specs = List.copyOf(specs);
      batchSizes = List.copyOf(batchSizes);
    }
  }

  /**
   * Where both sides compute, and with what.
   *
   * @param device {@code cpu}, {@code cuda:0} …
   * @param precision {@code float32}, {@code bfloat16}, or empty for the benchmark's own choice
   */
  public record Place(String device, String precision) {}

  /** How many rounds count, where a benchmark would take so many by itself. */
  public int rounds(int usual) {
    if (wishes.rounds() > 0) {
      return wishes.rounds();
    }
    return wishes.quick() ? Math.min(usual, 3) : usual;
  }

  /** How long a round takes, where a benchmark would take so long by itself. */
  public double seconds(double usual) {
    return wishes.quick() ? usual / 3 : usual;
  }

  public boolean quick() {
    return wishes.quick();
  }

  /** The engine that is measured. */
  public String engine() {
    return wishes.engine();
  }

  /** {@code cpu}, {@code cuda:0} … */
  public String device() {
    return wishes.place().device();
  }

  /** What to compute with, where a benchmark would choose so by itself. */
  public String precision(String usual) {
    return wishes.place().precision().isEmpty() ? usual : wishes.place().precision();
  }

  public List<String> specs(List<String> usual) {
    return wishes.specs().isEmpty() ? usual : wishes.specs();
  }

  public List<Integer> batchSizes(List<Integer> usual) {
    return wishes.batchSizes().isEmpty() ? usual : wishes.batchSizes();
  }

  /** Tells what is being done, on standard error. */
  public void say(String line) {
    progress.println("bench: " + line);
    progress.flush();
  }

  /** A new folder, deleted at the end. */
  public Path folder(String name) {
    try {
      return Files.createTempDirectory(temp, name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder in " + temp, e);
    }
  }
}
