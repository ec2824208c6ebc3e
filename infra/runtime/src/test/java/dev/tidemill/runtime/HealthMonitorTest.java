package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {
  private static final Health READY = Health.ready("serving version 3");

  private final ScriptedClock clock = new ScriptedClock();
  private final Instant began = clock.instant();
  private final HealthMonitor monitor = new HealthMonitor("monitored", clock);

  @Test
  void leavesHealthAsItIsWhileNothingIsReported() {
    assertThat(monitor.apply(READY)).isSameAs(READY);
    assertThat(monitor.conditions()).isEmpty();

    monitor.recover("broker");
    assertThat(monitor.apply(READY)).isSameAs(READY);
  }

  @Test
  void degradesARunningWorkerWithCauseStartAndCount() {
    monitor.degrade("broker", "no answer for 15 s");
    clock.pass(Duration.ofSeconds(5));
    monitor.degrade("broker", "no answer for 20 s");

    Health health = monitor.apply(READY);

    assertThat(health.state()).isEqualTo(Health.State.DEGRADED);
    assertThat(health.isReady()).isFalse();
    assertThat(health.isAlive()).isTrue();
    assertThat(health.detail()).isEqualTo("serving version 3; broker: no answer for 20 s");
    assertThat(health.since()).isEqualTo(began);
    assertThat(health.count()).isEqualTo(2);
    assertThat(health.conditions())
        .containsExactly(new HealthCondition("broker", "no answer for 20 s", began, 2));
    assertThat(monitor.apply(Health.standby("waits")).state()).isEqualTo(Health.State.DEGRADED);
    assertThat(monitor.apply(Health.starting("loads")).state()).isEqualTo(Health.State.DEGRADED);
  }

  @Test
  void isDegradedUntilTheLastConditionIsOver() {
    monitor.degrade("broker", "no answer for 15 s");
    monitor.degrade("requests-1", "blocked");

    monitor.recover("broker");

    assertThat(monitor.apply(READY).state()).isEqualTo(Health.State.DEGRADED);
    assertThat(monitor.conditions())
        .extracting(HealthCondition::name)
        .containsExactly("requests-1");

    monitor.recover("requests-1");
    assertThat(monitor.apply(READY)).isSameAs(READY);
  }

  @Test
  void countsAndDatesAnewWhenAConditionReturns() {
    monitor.degrade("broker", "no answer");
    monitor.degrade("broker", "no answer");
    monitor.recover("broker");
    clock.pass(Duration.ofMinutes(1));

    monitor.degrade("broker", "no answer");

    assertThat(monitor.conditions())
        .containsExactly(
            new HealthCondition("broker", "no answer", began.plus(Duration.ofMinutes(1)), 1));
  }

  @Test
  void tellsTheConditionsOfAWorkerThatEndsWithoutChangingItsState() {
    monitor.degrade("broker", "no answer");
    IllegalStateException cause = new IllegalStateException("NaN");

    for (Health base :
        List.of(Health.stopping("ends"), Health.stopped("ended"), Health.failed("train", cause))) {
      Health health = monitor.apply(base);
      assertThat(health.state()).isEqualTo(base.state());
      assertThat(health.cause()).isEqualTo(base.cause());
      assertThat(health.conditions()).hasSize(1);
    }
  }

  @Test
  void logsOneLinePerTransition() {
    try (LogCapture log = new LogCapture()) {
      monitor.degrade("broker", "no answer for 15 s");
      monitor.degrade("broker", "no answer for 16 s");
      monitor.degrade("requests-1", "blocked");
      clock.pass(Duration.ofMillis(32_500));
      monitor.recover("broker");
      monitor.recover("broker");
      monitor.recover("requests-1");

      List<String> lines = log.linesOf("monitored");
      assertThat(lines).hasSize(4);
      assertThat(lines.get(0))
          .contains("WARN")
          .endsWith("monitored is degraded: broker: no answer for 15 s");
      assertThat(lines.get(1)).contains("WARN").endsWith("requests-1: blocked");
      assertThat(lines.get(2))
          .contains("INFO")
          .endsWith(
              "monitored recovered after 32.5 s: broker: no answer for 16 s;"
                  + " still degraded: requests-1");
      assertThat(lines.get(3))
          .contains("INFO")
          .endsWith("monitored recovered after 32.5 s: requests-1: blocked");
    }
  }

  @Test
  void publishesHowLongAndHowOften() {
    try (Metrics metrics = new Metrics("m")) {
      HealthMonitor published = new HealthMonitor("published", clock, metrics.worker("published"));
      published.degrade("broker", "no answer");
      published.degrade("broker", "no answer");
      clock.pass(Duration.ofMillis(1500));

      assertThat(metrics.scrape())
          .contains(
              "tidemill_health_condition_seconds{condition=\"broker\",model=\"m\",worker=\"published\"} 1.5")
          .contains(
              "tidemill_health_condition_reports_total{condition=\"broker\",model=\"m\",worker=\"published\"}"
                  + " 2.0");

      published.recover("broker");
      assertThat(metrics.scrape())
          .contains(
              "tidemill_health_condition_seconds{condition=\"broker\",model=\"m\",worker=\"published\"} 0.0");
    }
  }
}
