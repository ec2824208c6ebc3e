package dev.tidemill.benchmarks.memory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidemill.benchmarks.Alternation;
import dev.tidemill.benchmarks.BenchContext;
import dev.tidemill.benchmarks.Benchmark;
import dev.tidemill.benchmarks.Cell;
import dev.tidemill.benchmarks.Figure;
import dev.tidemill.benchmarks.Launch;
import dev.tidemill.benchmarks.Report;
import dev.tidemill.engine.dl4j.plan.PlanReport;
import java.util.List;
import java.util.Map;

/** What the engine makes of a spec: its parts, which way each goes, how long each takes. */
public final class Plan implements Benchmark {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String about() {
    return "what a training step consists of here, kernel by kernel";
  }

  @Override
  public Report run(BenchContext context) throws JsonProcessingException {
    Report.Builder report = Report.of(this);
    Launch launch = context.java().launch(Peers.OURS, EnginePlans.class, List.of());
    try (Alternation alternation =
        Alternation.start(List.of(launch.withEnvironment(Peers.ONE_THREAD)))) {
      report.versions(alternation.versions());
      for (String spec : context.specs(List.of("lenet"))) {
        for (int size : context.batchSizes(List.of(1, 32))) {
          context.say("plan of " + spec + ", B = " + size);
          JsonNode told =
              alternation.ask(Peers.OURS, Map.of("spec", spec, "batch", size)).path("plan");
          add(report, spec, JSON.treeToValue(told, PlanReport.class));
        }
      }
    }
    return report.build();
  }

  private static void add(Report.Builder report, String spec, PlanReport plan) {
    String title =
        "%s, B = %d: %s a step, %d × %d samples, %s MB a thread, %d threads if the choice is left"
            .formatted(
                spec,
                plan.batchSize(),
                Figure.once(plan.microseconds(), "µs").text(),
                plan.shards(),
                plan.shardSamples(),
                Figure.once(plan.bytes() / 1e6, "").text().strip(),
                plan.threads());
    report.table(
        title,
        List.of("part", "way", "forward µs", "backward µs", "share"),
        plan.rows().stream().map(Plan::cells).toList());
  }

  private static List<Cell> cells(PlanReport.Row row) {
    return List.of(
        Cell.of(row.part()),
        Cell.of(row.description()),
        Cell.of("%.1f".formatted(row.forward())),
        Cell.of("%.1f".formatted(row.backward())),
        Cell.of("%.0f %%".formatted(100 * row.share())));
  }
}
