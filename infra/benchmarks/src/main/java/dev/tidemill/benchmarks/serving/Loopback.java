package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Report;
import java.util.List;

/**
 * The load generator's own limit: it reads its own requests, so that nobody is in between but the
 * broker.
 */
final class Loopback {
  private static final int BACKLOG = 50_000;

  private final BenchContext context;
  private final LoadClient load;
  private final LoadTarget target;

  Loopback(BenchContext context, String bootstrapServers, LoadClient load) {
    LoadTarget asked = ServedModel.create("loopback", bootstrapServers).target("raw");
    this.context = context;
    this.load = load;
    this.target =
        new LoadTarget(
            asked.name(), asked.requests(), asked.requests(), asked.partitions(), asked.form());
  }

  /**
   * Asks itself.
   *
   * @param perSecond as many as anybody is asked
   */
  void measure(Report.Builder report, double perSecond) {
    context.say("the load generator alone");
    var unused = load.run(LoadOrder.backlog(target, BACKLOG));
    LoadResult read = load.run(LoadOrder.backlog(target, BACKLOG));
    LoadResult onTime = load.run(LoadOrder.openLoop(target, perSecond, 2, 0.5));
    report.table(
        "The load generator alone, which reads its own requests",
        List.of("read of a backlog", "at requests/s", "kept up with", "p50", "p99"),
        List.of(
            List.of(
                Cell.of(Figure.once(read.perSecond(), "/s")),
                Cell.of(Math.round(perSecond)),
                Cell.of(Figure.once(onTime.keptUpPerSecond(), "/s")),
                Cell.of(Figure.once(onTime.p50Micros() / 1e3, "ms")),
                Cell.of(Figure.once(onTime.p99Micros() / 1e3, "ms")))));
  }
}
