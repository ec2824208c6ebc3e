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
record Memory(BenchContext context, Report report) {
  private static final List<Integer> STEPS = List.of(1_000, 10_000, 100_000);

  /** Allocated from the start, so that only native memory can grow. */
  private static final List<String> HEAP = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");

  private static final int PLANNED_STEPS = 5;

  /** Enough to stand out from what a JVM allocates now and then. */
  private static final long PLANNED_BYTES = 256_000_000;

  void run() {
    List<Integer> steps = STEPS.stream().map(n -> context.quick() ? n / 50 : n).toList();
    List<String> columns = new ArrayList<>(List.of("network"));
    steps.forEach(n -> columns.add("after %,d steps".formatted(n)));
    columns.add("last ÷ first");
    Report.Table resident =
        report.table(
            "Resident memory of a process that trains, B = 1", String.join(" | ", columns));
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
    List<Object> row = new ArrayList<>(List.of(network.name()));
    try (Participant engine = Participant.start(launch(network))) {
      report.versions(engine.versions());
      long first = 0;
      long last = 0;
      int done = 0;
      for (int until : steps) {
        context.say("%s, to step %,d".formatted(network.name(), until));
        Map<String, Integer> order = Map.of("steps", until - done, "batch", 1);
        last = engine.run(order).path("resident").asLong();
        first = done == 0 ? last : first;
        row.add(ProcessMemory.megabytes(last));
        done = until;
      }
      Figure growth = Figure.once((double) last / first, "×");
      row.add(growth);
      report.atMost(
          1.05,
          "%s: resident after %,d steps ÷ after %,d".formatted(network.name(), done, steps.get(0)),
          Optional.of(growth));
    }
    table.row(row.toArray());
  }

  private void addPlanned(Report.Table table, ComparedNetwork network) {
    NetworkCost cost = NetworkCost.of(network.network());
    int size = Samples.COUNT / 2;
    while (size > 2 && cost.memory(size).total() - cost.memory(1).total() > PLANNED_BYTES) {
      size /= 2;
    }
    context.say("%s, B = %d, beside the estimate".formatted(network.name(), size));
    long planned = cost.memory(size).total() - cost.memory(1).total();
    long measured = allocated(network, size) - allocated(network, 1);
    Figure ratio = Figure.once((double) measured / planned, "×");
    report.atMost(
        1.5, network.name() + ", memory of a batch: measured ÷ planned", Optional.of(ratio));
    table.row(
        network.name(),
        size,
        ProcessMemory.megabytes(planned),
        ProcessMemory.megabytes(measured),
        ratio);
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
