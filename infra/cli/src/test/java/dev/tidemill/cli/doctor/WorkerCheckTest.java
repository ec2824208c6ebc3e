package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.doctor.Finding.Result;
import dev.tidemill.dashboard.state.ModelView.ConditionRow;
import dev.tidemill.dashboard.state.ModelView.WorkerRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerCheckTest {
  @Test
  void countsTheWorkersThatRun() {
    assertThat(
            WorkerCheck.findings(
                List.of(
                    worker("TRAINER", "READY", false),
                    worker("INFERENCE", "READY", false),
                    worker("INFERENCE", "READY", false),
                    worker("PRODUCER", "STOPPED", false)),
                "m"))
        .containsExactly(Finding.ok("2 inference READY, 1 trainer READY"));
  }

  @Test
  void warnsIfNoneRuns() {
    assertThat(WorkerCheck.findings(List.of(worker("TRAINER", "STOPPED", false)), "m"))
        .singleElement()
        .matches(finding -> finding.result() == Result.WARNING)
        .matches(finding -> String.valueOf(finding.fix()).contains("tidemill train --model m"));
  }

  @Test
  void warnsOfWorkersThatAreGoneOrFailedOrDegraded() {
    assertThat(
            WorkerCheck.findings(
                List.of(
                    worker("TRAINER", "READY", true),
                    worker("TRAINER", "FAILED", false),
                    worker("INFERENCE", "DEGRADED", false, new ConditionRow("broker", "slow", 1))),
                "m"))
        .extracting(Finding::found)
        .containsExactly(
            "trainer w has sent no news for 12 s and did not say that it ended",
            "trainer w has failed: detail",
            "inference w is degraded (broker): slow",
            "1 inference DEGRADED");
  }

  private static WorkerRow worker(
      String role, String state, boolean gone, ConditionRow... conditions) {
    return new WorkerRow(
        "w", role, state, "detail", List.of(conditions), 1, "host", 1, null, "test", 1, 1, gone);
  }
}
