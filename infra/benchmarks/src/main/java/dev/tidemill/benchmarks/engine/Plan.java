package dev.tidemill.benchmarks.engine;

import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Participant;
import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.dl4j.plan.PlanReport;
import java.util.List;
import java.util.Map;

/** The parts of a spec's training step as the engine compiles it, and their times. */
public final class Plan {
  private Plan() {}

  private record Order(String spec, int batchSize) {
    PlanReport report() {
      return PlanReport.of(ModelSpec.load(spec), batchSize);
    }
  }

  /** Participant: measures plans in a process like those that train. */
  public static void main(String[] args) throws Exception {
    ParticipantLoop.open().serve(Map.of(), Order.class, Order::report);
  }

  public static void run(BenchContext context) {
    Launch launch = context.java().launch(Comparison.OURS, Plan.class);
    try (Participant engine = Participant.start(EngineChoice.oneThread(launch))) {
      context.report().versions(engine.versions());
      for (String spec : context.specs(List.of("lenet"))) {
        for (int size : context.batchSizes(List.of(1, 32))) {
          context.say("plan of " + spec + ", B = " + size);
          add(context.report(), spec, engine.run(new Order(spec, size), PlanReport.class));
        }
      }
    }
  }

  private static void add(Report report, String spec, PlanReport plan) {
    String title =
        "%s, B = %d: %s a step, %d × %d samples, %s MB a thread, %d threads by default"
            .formatted(
                spec,
                plan.batchSize(),
                Figure.once(plan.microseconds(), "µs"),
                plan.shards(),
                plan.shardSamples(),
                Figure.digits(plan.bytes() / 1e6),
                plan.threads());
    Report.Table table = report.table(title, "part | kernel | forward µs | backward µs | share");
    for (PlanReport.Row row : plan.rows()) {
      table.row(
          row.part(),
          row.description(),
          "%.1f".formatted(row.forward()),
          "%.1f".formatted(row.backward()),
          "%.0f %%".formatted(100 * row.share()));
    }
  }
}
