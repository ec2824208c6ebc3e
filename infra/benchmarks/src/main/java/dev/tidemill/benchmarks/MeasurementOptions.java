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

  /** The names of the options that the present benchmark has asked for. */
  final Set<String> used = new HashSet<>();

  @Option(names = "--rounds", paramLabel = "N", description = "number of rounds that count")
  int rounds;

  @Option(names = "--quick", description = "few, short rounds: to see that it runs, not to publish")
  boolean quick;

  @Option(
      names = "--spec",
      paramLabel = "NAME",
      split = ",",
      description = "only these networks: built-in ones, or files where a benchmark reads them")
  List<String> specs = new ArrayList<>();

  @Option(names = "--batch-size", paramLabel = "N", split = ",", description = "only these sizes")
  List<Integer> batchSizes = new ArrayList<>();

  @Option(names = "--engine", paramLabel = "NAME", description = "dl4j (the default) or torch")
  String engine = DEFAULT_ENGINE;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "where both sides compute: cpu, cuda:0 (default: ${DEFAULT-VALUE})")
  String device = "cpu";

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

  /** Returns the value of an option, and notes that the present benchmark has asked for it. */
  <T> T use(String name, T value) {
    used.add(name);
    return value;
  }

  /** Distinguishes a report's place in a page, e.g. {@code @torch}; empty for the defaults. */
  String variant() {
    return (engine.equals(DEFAULT_ENGINE) ? "" : "@" + engine)
        + (isa == Isa.NATIVE ? "" : "@avx2")
        + (javaHome == null ? "" : "@" + java().feature());
  }
}
