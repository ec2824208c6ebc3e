package dev.tidemill.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Command-line options that say what is measured, how often and with what. */
final class MeasurementOptions {
  private static final String DEFAULT_ENGINE = "dl4j";
  private static final String DEFAULT_DEVICE = "cpu";

  /** The options that the present benchmark has asked for. */
  private final Set<String> read = new HashSet<>();

  @Option(names = "--rounds", paramLabel = "N", description = "number of rounds that count")
  private int rounds;

  @Option(names = "--quick", description = "few, short rounds: to see that it runs, not to publish")
  boolean quick;

  @Option(
      names = "--spec",
      paramLabel = "NAME",
      split = ",",
      description = "only these networks: built-in ones, or files where a benchmark reads them")
  private List<String> specs = new ArrayList<>();

  @Option(names = "--batch-size", paramLabel = "N", split = ",", description = "only these sizes")
  private List<Integer> batchSizes = new ArrayList<>();

  @Option(names = "--engine", paramLabel = "NAME", description = "dl4j (the default) or torch")
  private String engine = DEFAULT_ENGINE;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "where both sides compute: cpu, cuda:0 (default: ${DEFAULT-VALUE})")
  private String device = DEFAULT_DEVICE;

  @Option(
      names = "--isa",
      paramLabel = "NAME",
      defaultValue = "native",
      description =
          "vector instructions of all participants: native, or at most avx2"
              + " (default: ${DEFAULT-VALUE})")
  Isa isa = Isa.NATIVE;

  @Option(
      names = "--java-home",
      paramLabel = "HOME",
      description = "the JDK that runs participants in Java (default: the suite's)")
  @Nullable Path javaHome;

  JavaRuntime java() {
    return JavaRuntime.of(
        javaHome == null ? Path.of(System.getProperty("java.home")) : javaHome, isa);
  }

  /** Begins a benchmark, which has asked for no option yet. */
  void begin() {
    read.clear();
  }

  /** Returns the given options for which the present benchmark has not asked. */
  List<String> ignored() {
    List<String> ignored = new ArrayList<>();
    if (rounds > 0) {
      ignored.add("--rounds");
    }
    if (!specs.isEmpty()) {
      ignored.add("--spec");
    }
    if (!batchSizes.isEmpty()) {
      ignored.add("--batch-size");
    }
    if (!engine.equals(DEFAULT_ENGINE)) {
      ignored.add("--engine");
    }
    if (!device.equals(DEFAULT_DEVICE)) {
      ignored.add("--device");
    }
    ignored.removeAll(read);
    return ignored;
  }

  /** The number of rounds that count; 0 if it was not given. */
  int rounds() {
    read.add("--rounds");
    return rounds;
  }

  List<String> specs(List<String> normal) {
    read.add("--spec");
    return specs.isEmpty() ? normal : specs;
  }

  List<Integer> batchSizes(List<Integer> normal) {
    read.add("--batch-size");
    return batchSizes.isEmpty() ? normal : batchSizes;
  }

  String engine() {
    read.add("--engine");
    return engine;
  }

  String device() {
    read.add("--device");
    return device;
  }

  /** Distinguishes a report's place in a page, e.g. {@code @torch}; empty for the defaults. */
  String variant() {
    return (engine.equals(DEFAULT_ENGINE) ? "" : "@" + engine)
        + (isa == Isa.NATIVE ? "" : "@avx2")
        + (javaHome == null ? "" : "@" + java().feature());
  }
}
