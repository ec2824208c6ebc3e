package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a batch's activations take, beside what was planned. */
final class PlannedMemory {
  static final List<String> COLUMNS = List.of("network", "B", "planned", "measured", "÷ planned");

  private static final int STEPS = 5;

  /** Enough to stand out from what a JVM takes now and then. */
  private static final long BYTES = 256_000_000;

  private static final int LARGEST = Samples.COUNT / 2;

  private final BenchContext context;
  private final Report.Builder report;

  PlannedMemory(BenchContext context, Report.Builder report) {
    this.context = context;
    this.report = report;
  }

  List<Cell> row(ComparedNetwork network, Path folder) {
    String name = network.begin().spec().name();
    NetworkCost cost = NetworkCost.of(Network.of(network.begin().spec()));
    int size = LARGEST;
    while (size > 2 && cost.memory(size).total() - cost.memory(1).total() > BYTES) {
      size /= 2;
    }
    context.say("%s, B = %d beside what is planned".formatted(name, size));
    double planned = cost.memory(size).total() - cost.memory(1).total();
    double measured = taken(folder, size) - taken(folder, 1);
    Figure ratio = Figure.once(measured / planned, "×");
    report.target(
        Target.atMost(1.5, name + ", memory of a batch: measured ÷ planned", Optional.of(ratio)));
    return List.of(
        Cell.of(name),
        Cell.of(size),
        Cell.of(Figure.once(planned / ProcessMemory.MEGABYTE, "MB")),
        Cell.of(Figure.once(measured / ProcessMemory.MEGABYTE, "MB")),
        Cell.of(ratio));
  }

  /** Behind a few steps. What a step has used stays with the process, so this is the most of it. */
  private double taken(Path folder, int size) {
    try (Alternation alone = Alternation.start(List.of(Memory.launch(folder, context)))) {
      return alone.ask(Peers.OURS, Map.of("steps", STEPS, "batch", size)).path("taken").asDouble();
    }
  }
}
