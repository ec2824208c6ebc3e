package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Target;
import java.util.List;
import java.util.Optional;

/** Windows with a new version each second and windows without, by turns. */
final class SwapLatency {
  private static final double PER_SECOND = 1_000;
  private static final long EVERY_MILLIS = 1_000;
  private static final String CALM = "no new version";
  private static final String SWAPPING = "a new version each second";

  private final BenchContext context;
  private final String bootstrapServers;
  private final LoadClient load;
  private final Results results = new Results();

  SwapLatency(BenchContext context, String bootstrapServers, LoadClient load) {
    this.context = context;
    this.bootstrapServers = bootstrapServers;
    this.load = load;
  }

  void measure(Report.Builder report) throws InterruptedException {
    double seconds = context.quick() ? 3 : 8;
    int rounds = context.quick() ? 2 : context.rounds(5);
    PublishOrder versions = new PublishOrder((int) (seconds * 1_000 / EVERY_MILLIS), EVERY_MILLIS);
    try (SwapStage stage =
        SwapStage.start(context, bootstrapServers, load, "swap", SizedSpec.SMALL.yaml())) {
      LoadOrder order = LoadOrder.openLoop(stage.target(), PER_SECOND, seconds, 0);
      context.say("warming up");
      var unused = stage.swapping(order, versions);
      for (int round = 0; round < rounds; round++) {
        context.say("latency with and without new versions, round " + (round + 1));
        results.add(CALM, stage.calm(order).load());
        results.add(SWAPPING, stage.swapping(order, versions).load());
      }
    }
    tell(report);
  }

  private void tell(Report.Builder report) {
    report.table(
        "Latency at %,d requests/s, LeNet's size, exactly once".formatted((int) PER_SECOND),
        List.of("meanwhile", "p50", "p99", "p99.9"),
        List.of(row(CALM), row(SWAPPING)));
    report.target(
        Target.atMost(
            1.1,
            "p99 with a new version each second ÷ with none",
            results.ratio(SWAPPING, CALM, LoadResult::p99Micros)));
  }

  private List<Cell> row(String meanwhile) {
    return List.of(
        Cell.of(meanwhile),
        cell(results.figure(meanwhile, result -> result.p50Micros() / 1e3, "ms")),
        cell(results.figure(meanwhile, result -> result.p99Micros() / 1e3, "ms")),
        cell(results.figure(meanwhile, result -> result.p999Micros() / 1e3, "ms")));
  }

  private static Cell cell(Optional<Figure> figure) {
    return figure.map(Cell::of).orElseGet(Cell::none);
  }
}
