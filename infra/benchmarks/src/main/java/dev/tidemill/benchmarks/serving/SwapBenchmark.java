package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Broker;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.benchmarks.Rounds;
import dev.tidemill.benchmarks.SizedNetwork;
import java.util.List;

/** The latency that swaps cost, and how soon a new version answers. */
public final class SwapBenchmark {
  private static final double PER_SECOND = 1_000;
  private static final long EVERY_MILLIS = 1_000;
  private static final String CALM = "no new version";
  private static final String SWAPPING = "a new version each second";

  private SwapBenchmark() {}

  public static void run(BenchContext context) throws Exception {
    try (Broker broker = Broker.start(context);
        LoadGenerator load = LoadGenerator.start(context, broker.bootstrapServers())) {
      measureLatency(context, broker, load);
      FirstUse.measure(context, broker, load);
    }
  }

  /** Windows with a new version each second and windows without, in turn. */
  private static void measureLatency(BenchContext context, Broker broker, LoadGenerator load)
      throws InterruptedException {
    double seconds = context.quick() ? 3 : 8;
    int count = context.quick() ? 2 : context.rounds(5);
    VersionPublisher.Order versions =
        new VersionPublisher.Order((int) (seconds * 1_000 / EVERY_MILLIS), EVERY_MILLIS);
    Rounds rounds = new Rounds();
    try (SwapStage stage = SwapStage.start(context, broker, "swap", SizedNetwork.SMALL)) {
      LoadOrder order = LoadOrder.openLoop(stage.model().target(), PER_SECOND, seconds, 0);
      context.say("warming up");
      var unused = stage.swapping(load, order, versions);
      for (int round = 0; round < count; round++) {
        context.say("latency with and without new versions, round " + (round + 1));
        rounds.add(CALM, load.run(order.withVersions()));
        rounds.add(SWAPPING, stage.swapping(load, order, versions).load());
      }
    }
    Report report = context.report();
    Report.Table table =
        report.table(
            "Latency at %,d requests/s, LeNet's size, exactly once".formatted((int) PER_SECOND),
            "meanwhile | p50 | p99 | p99.9");
    for (String meanwhile : List.of(CALM, SWAPPING)) {
      table.row(meanwhile, rounds.figures(meanwhile, "ms", "p50Millis", "p99Millis", "p999Millis"));
    }
    report.atMost(
        1.1,
        "p99 with a new version each second ÷ with none",
        rounds.ratio(SWAPPING, CALM, "p99Millis"));
  }
}
