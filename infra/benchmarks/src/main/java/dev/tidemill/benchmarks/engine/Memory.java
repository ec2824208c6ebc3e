package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.ProcessMemory;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.engine.NetworkCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An engine's memory: step after step, and beside what {@code tidemill plan} estimates. */
public record Memory(BenchContext context) {
  private static final List<Integer> STEPS = List.of(1_000, 10_000, 100_000);

  /** Allocated from the start, so that only native memory can grow. */
  private static final List<String> HEAP = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");

  private static final int PLANNED_STEPS = 5;

  /** Enough to stand out from what a JVM allocates now and then. */
  private static final long PLANNED_BYTES = 256_000_000;

  public static void run(BenchContext context) {
    new Memory(context).run();
  }

  private void run() {
    Report report = context.report();
    List<Integer> steps = STEPS.stream().map(n -> context.quick() ? n / 50 : n).toList();
    Report.Table resident =
        report.table(
            "Resident memory of a process that trains, B = 1",
            "network | after %,d steps | after %,d steps | after %,d steps | last ÷ first"
                .formatted(steps.toArray()));
    Report.Table planned =
        report.table(
            "Memory of larger batches, above that of B = 1",
            "network | B | planned | measured | ÷ planned");
    for (String spec : context.specs(Comparison.networks(context))) {
      ComparedNetwork network = ComparedNetwork.of(spec);
      addResident(resident, network, steps);
      addPlanned(planned, network);
    }
    report.note("Every 500 steps a snapshot is taken, as a trainer does for a checkpoint.");
    report.note(
        "Planned is the estimate of `tidemill plan`. Measured is the difference, after five steps,"
            + " of two processes with different batch sizes. A process keeps what a step has used"
            + " (libtorch by the launcher's settings of malloc); files do not count.");
  }

  private void addResident(Report.Table table, ComparedNetwork network, List<Integer> steps) {
    List<Figure> resident = new ArrayList<>();
    try (Participant engine = Participant.start(launch(network))) {
      context.report().versions(engine.versions());
      int done = 0;
      for (int until : steps) {
        context.say("%s, to step %,d".formatted(network.name(), until));
        Map<String, Integer> order = Map.of("steps", until - done, "batch", 1);
        resident.add(ProcessMemory.megabytes(engine.run(order).path("resident").asLong()));
        done = until;
      }
    }
    int last = steps.size() - 1;
    Figure growth = Figure.once(resident.get(last).median() / resident.get(0).median(), "×");
    table.row(network.name(), resident, growth);
    String what = "%s: resident after %,d steps ÷ after %,d";
    context
        .report()
        .atMost(
            1.05,
            what.formatted(network.name(), steps.get(last), steps.get(0)),
            Optional.of(growth));
  }

  private void addPlanned(Report.Table table, ComparedNetwork network) {
    NetworkCost cost = NetworkCost.of(network.network());
    int size = Samples.COUNT / 2;
    while (size > 2 && cost.memory(size).total() - cost.memory(1).total() > PLANNED_BYTES) {
      size /= 2;
    }
    context.say("%s, B = %d, beside the estimate".formatted(network.name(), size));
    Figure planned = ProcessMemory.megabytes(cost.memory(size).total() - cost.memory(1).total());
    Figure measured = ProcessMemory.megabytes(allocated(network, size) - allocated(network, 1));
    Figure ratio = Figure.once(measured.median() / planned.median(), "×");
    table.row(network.name(), size, planned, measured, ratio);
    String what = network.name() + ", memory of a batch: measured ÷ planned";
    context.report().atMost(1.5, what, Optional.of(ratio));
  }

  /** Bytes after a few steps: the peak, since a process keeps what a step has used. */
  private long allocated(ComparedNetwork network, int size) {
    try (Participant alone = Participant.start(launch(network))) {
      return alone.run(Map.of("steps", PLANNED_STEPS, "batch", size)).path("allocated").asLong();
    }
  }

  private Launch launch(ComparedNetwork network) {
    return EngineChoice.of(context).launch(context, HEAP, Work.TRAINING, network);
  }
}
