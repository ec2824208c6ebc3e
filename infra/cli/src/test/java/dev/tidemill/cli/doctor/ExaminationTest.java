package dev.tidemill.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.doctor.Finding.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class ExaminationTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Check FINE = check("fine", () -> List.of(Finding.ok("fine")));

  private final List<CheckReport> reports = new ArrayList<>();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  @Test
  void reportsAFailedCheckAndRunsTheNext() throws InterruptedException {
    examine(
        LONG,
        check(
            "bad",
            () -> {
              throw new IllegalStateException("it is broken");
            }),
        FINE);

    assertThat(results()).containsExactly(Result.ERROR, Result.OK);
    assertThat(reports.get(0).findings().get(0).found()).isEqualTo("it is broken");
  }

  @Test
  void reportsAMissingRightAsNotChecked() throws InterruptedException {
    examine(
        LONG,
        check(
            "refused",
            () -> {
              throw new IllegalStateException(new TopicAuthorizationException(Set.of("t")));
            }));

    assertThat(reports.get(0).findings())
        .singleElement()
        .matches(finding -> finding.result() == Result.NOT_CHECKED)
        .matches(finding -> "the rights".equals(finding.fix()))
        .matches(finding -> finding.found().contains("no right to use topic t"));
  }

  @Test
  void interruptsACheckAtItsDeadlineAndWaitsUntilItHasCleanedUp() throws InterruptedException {
    AtomicBoolean cleanedUp = new AtomicBoolean();
    examine(
        Duration.ofMillis(1),
        check(
            "stuck",
            () -> {
              try {
                new CountDownLatch(1).await();
                return List.of();
              } finally {
                cleanedUp.set(true);
              }
            }));

    assertThat(results()).containsExactly(Result.ERROR);
    assertThat(reports.get(0).findings().get(0).found()).startsWith("no result within");
    assertThat(cleanedUp).isTrue();
  }

  @Test
  void reportsEveryCheckAlsoAfterASignal() throws InterruptedException {
    cancelled.set(true);
    examine(
        LONG,
        check(
            "waiting",
            () -> {
              new CountDownLatch(1).await();
              return List.of();
            }),
        FINE);

    assertThat(reports).extracting(CheckReport::check).containsExactly("waiting", "fine");
    assertThat(results()).containsOnly(Result.NOT_CHECKED);
  }

  private void examine(Duration deadline, Check... checks) throws InterruptedException {
    new Examination(deadline, cancelled::get, "the rights", reports::add).run(List.of(checks));
  }

  private List<Result> results() {
    return reports.stream()
        .flatMap(report -> report.findings().stream())
        .map(Finding::result)
        .toList();
  }

  private static Check check(String name, Callable<List<Finding>> body) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Finding> run() throws Exception {
        return body.call();
      }
    };
  }
}
