package dev.tidemill.benchmarks.training;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import java.util.ArrayList;
import java.util.List;

/** Large states through commit, resume and swap, each process within stated limits of memory. */
public final class LargeBenchmark implements Benchmark {
  private static final long LOG_SAMPLES = 100_000;
  private static final double MEGABYTE = 1e6;

  @Override
  public String name() {
    return "large";
  }

  @Override
  public String about() {
    return "states of 250 MB and of 1 GB through commit, resume and swap, in limited memory";
  }

  @Override
  public Report run(BenchContext context) throws Exception {
    Report.Builder report = Report.of(this);
    List<List<Cell>> times = new ArrayList<>();
    List<List<Cell>> memory = new ArrayList<>();
    try (Broker broker = Broker.start(context)) {
      FilledLog.fill(broker.bootstrapServers(), LOG_SAMPLES, 0);
      for (LargeModel model :
          context.quick()
              ? List.of(LargeModel.SMALL)
              : List.of(LargeModel.MIDDLE, LargeModel.LARGE)) {
        context.say(model.state());
        LargeRun.Passed passed = new LargeRun(context, broker, model).pass();
        times.add(
            List.of(
                Cell.of(model.state()),
                Cell.of(Figure.once(passed.commitSeconds(), "s")),
                Cell.of(Figure.once(passed.resumeSeconds(), "s")),
                Cell.of(Figure.once(passed.swapSeconds(), "s"))));
        memory.add(row(model, "trainer", LargeRun.trainerLimits(model), passed.trainerPeak()));
        memory.add(
            row(model, "trainer, resumed", LargeRun.trainerLimits(model), passed.resumedPeak()));
        memory.add(
            row(model, "inference worker", LargeRun.workerLimits(model), passed.workerPeak()));
      }
    }
    return report
        .table(
            "A large state's way",
            List.of(
                "state",
                "commit, from the snapshot on",
                "resume, from the process's start on",
                "swap, from the commit on"),
            times)
        .table(
            "Memory of each process",
            List.of("state", "process", "its limits", "resident at most"),
            memory)
        .note(
            "Half of a state is weights, half is momentum. The trainer goes on training beside"
                + " commit and swap, and nobody asks the worker meanwhile.")
        .note(
            "The limits are of the heap, of states outside it, and of the engine's own memory;"
                + " docs/operating.md says how they follow from the state's size.")
        .build();
  }

  private static List<Cell> row(LargeModel model, String who, List<String> limits, long peak) {
    return List.of(
        Cell.of(model.state()),
        Cell.of(who),
        Cell.of("`" + String.join(" ", limits) + "`"),
        Cell.of(Figure.once(peak / MEGABYTE, "MB")));
  }
}
