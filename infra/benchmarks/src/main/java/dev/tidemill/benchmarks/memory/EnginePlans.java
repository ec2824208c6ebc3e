package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.ParticipantLoop;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.dl4j.plan.PlanReport;
import java.util.Map;

/** Tells, in a process like those that train, what a plan consists of here. */
final class EnginePlans {
  private EnginePlans() {}

  public static void main(String[] args) throws Exception {
    ParticipantLoop loop = ParticipantLoop.open();
    loop.serve(
        Map.of(),
        order -> {
          ModelSpec spec = ModelSpec.load(order.path("spec").asText());
          return Map.of("plan", PlanReport.of(spec, order.path("batch").asInt()));
        });
  }
}
