package dev.tidemill.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.chaos.audit.Backlog;
import dev.tidemill.chaos.injection.Effect;
import dev.tidemill.chaos.injection.InjectedFault;
import dev.tidemill.chaos.schedule.PlannedFault;
import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.schedule.Schedule;
import dev.tidemill.chaos.watch.Progress;
import dev.tidemill.testbed.guarantee.Anomaly;
import dev.tidemill.testbed.guarantee.Guarantee;
import dev.tidemill.testbed.guarantee.Verdict;
import dev.tidemill.testbed.guarantee.Violation;
import dev.tidemill.testbed.history.History;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Schedule SCHEDULE = Schedule.of(42, 30);
  private static final Violation VIOLATION =
      new Violation(Guarantee.G5, Anomaly.DUPLICATE, "p-0@7 request <r>", "was answered before");

  private static RunResult result(Backlog backlog, boolean allHappened, Violation... violations) {
    List<InjectedFault> faults = new ArrayList<>();
    for (PlannedFault fault : SCHEDULE.faults()) {
      boolean happened = allHappened || fault.number() > 1;
      faults.add(
          new InjectedFault(
              fault, fault.startMillis(), fault.endMillis(), new Effect(happened, "a note")));
    }
    Progress progress =
        new Progress(
            Map.of(
                Role.PRODUCER, List.of(500L, 200_000L),
                Role.TRAINER, List.of(600L, 201_000L),
                Role.INFERENCE, List.of(700L, 202_000L)));
    return new RunResult(
        SCHEDULE,
        faults,
        SCHEDULE.lengthMillis(),
        20_000,
        progress,
        new History.Builder().build(),
        backlog,
        List.of(),
        14,
        List.of("trainer-1 ended with status 1: why"),
        new Verdict(List.of(violations)));
  }

  @Test
  void succeedsIfAllHoldsNothingIsLeftAndEveryFaultHappened() {
    RunResult result = result(new Backlog(0, 0), true);

    assertThat(result.succeeded()).isTrue();
    assertThat(TextReport.of(result))
        .contains("seed      42", "faults    30 planned, 30 injected")
        .anyMatch(line -> line.contains("trainer-1 ended with status 1: why"))
        .anyMatch(line -> line.startsWith("verdict   every guarantee"))
        .noneMatch(line -> line.contains("FAILED"));
  }

  @Test
  void namesTheRecordsThatBreakAGuarantee() {
    RunResult result = result(new Backlog(0, 0), true, VIOLATION);

    assertThat(result.succeeded()).isFalse();
    assertThat(TextReport.of(result))
        .contains("verdict   VIOLATED: 1 violations of 1 guarantees", "  " + VIOLATION);
    assertThat(HtmlReport.of(result)).contains("FAILED", "request &lt;r&gt;");
  }

  @Test
  void failsIfAFaultFoundNothingToHarm() {
    RunResult result = result(new Backlog(0, 0), false);

    assertThat(result.succeeded()).isFalse();
    assertThat(TextReport.of(result))
        .contains("faults    30 planned, 29 injected")
        .anyMatch(line -> line.contains("no effect:") && line.contains("a note"))
        .anyMatch(line -> line.contains("FAILED all the same"));
  }

  @Test
  void failsIfSomethingIsLeft() {
    RunResult result = result(new Backlog(2, 3), true);

    assertThat(result.succeeded()).isFalse();
    assertThat(TextReport.of(result))
        .anyMatch(line -> line.contains("left: 2 batch records and 3 requests"));
  }

  @Test
  void drawsEachFaultAndEachRole() {
    String page = HtmlReport.of(result(new Backlog(0, 0), true));

    assertThat(page.split("class=\"fault", -1)).hasSize(SCHEDULE.faults().size() + 1);
    assertThat(page)
        .contains("broker-3", "caller-2", "versions", "answers", "a note")
        .doesNotContain("http");
  }
}
