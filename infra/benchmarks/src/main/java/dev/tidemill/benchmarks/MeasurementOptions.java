package dev.tidemill.benchmarks;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options about how much is measured, and of what. */
final class MeasurementOptions {
  private static final String DEFAULT_ENGINE = "dl4j";
  private static final String CPU = "cpu";

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "rounds that count (default: the benchmark's own number)")
  private int rounds;

  @Option(names = "--quick", description = "few, short rounds: to see that it runs, not to publish")
  private boolean quick;

  @Option(
      names = "--spec",
      paramLabel = "NAME",
      split = ",",
      description = "only these networks: built-in ones, or files where a benchmark takes them")
  private List<String> specs = new ArrayList<>();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      split = ",",
      description = "only these batch sizes")
  private List<Integer> batchSizes = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = DEFAULT_ENGINE,
      description = "the engine that is measured: dl4j, torch (default: ${DEFAULT-VALUE})")
  private String engine = DEFAULT_ENGINE;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = CPU,
      description = "where both sides compute: cpu, cuda:0 (default: ${DEFAULT-VALUE})")
  private String device = CPU;

  @Option(
      names = "--precision",
      paramLabel = "WORD",
      description =
          "what both sides compute with: float32, bfloat16 (default: the benchmark's choice)")
  private String precision = "";

  BenchContext.Wishes wishes() {
    return new BenchContext.Wishes(
        rounds, quick, specs, batchSizes, engine, new BenchContext.Place(device, precision));
  }

  /** What sets a report's place in a document apart; empty for the default engine. */
  String variant() {
    return engine.equals(DEFAULT_ENGINE) ? "" : "@" + engine;
  }

  /** As they stand on a command line, those that are not the defaults. */
  String text() {
    StringBuilder text = new StringBuilder();
    if (!engine.equals(DEFAULT_ENGINE)) {
      text.append(" --engine ").append(engine);
    }
    if (!device.equals(CPU)) {
      text.append(" --device ").append(device);
    }
    if (!precision.isEmpty()) {
      text.append(" --precision ").append(precision);
    }
    if (rounds > 0) {
      text.append(" --rounds ").append(rounds);
    }
    if (quick) {
      text.append(" --quick");
    }
    if (!specs.isEmpty()) {
      text.append(" --spec ").append(String.join(",", specs));
    }
    if (!batchSizes.isEmpty()) {
      text.append(" --batch-size ")
          .append(String.join(",", batchSizes.stream().map(String::valueOf).toList()));
    }
    return text.toString().strip();
  }
}
