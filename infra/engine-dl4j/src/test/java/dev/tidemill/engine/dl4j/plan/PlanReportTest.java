package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ModelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanReportTest {

  @Test
  void reportsEveryPartOfAStepInOrder() {
    PlanReport report = PlanReport.of(ModelSpec.load("lenet"), 64);
    List<String> parts = report.rows().stream().map(PlanReport.Row::part).toList();
    assertThat(parts)
        .startsWith("input", "conv1")
        .containsSubsequence("conv1", "conv2", "fc1", "fc2", "fc3", "loss", "sum", "update");
    assertThat(report.rows()).allSatisfy(r -> assertThat(r.description()).isNotBlank());
    assertThat(report.shards() * report.shardSamples()).isEqualTo(64);
    assertThat(report.threads()).isBetween(1, report.shards());
    assertThat(report.bytes()).isPositive();
  }

  @Test
  void sharesSumToOne() {
    PlanReport report = PlanReport.of(ModelSpec.load("mlp"), 1);
    assertThat(report.rows().stream().mapToDouble(PlanReport.Row::share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(report.shards()).isEqualTo(1);
    assertThat(report.rows()).noneMatch(r -> r.part().equals("sum"));
    assertThat(report.rows().stream().mapToDouble(r -> r.forward() + r.backward()).sum())
        .isCloseTo(report.microseconds(), within(1e-6));
  }
}
