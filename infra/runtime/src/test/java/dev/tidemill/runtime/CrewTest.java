package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrewTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void isReadyWhenAllDutiesAre() {
    try (Crew crew =
        new Crew(
            "trainer",
            List.of(new ScriptedDuty("poll").blocking(), new ScriptedDuty("train").blocking()))) {
      assertThat(crew.health().state()).isEqualTo(Health.State.STARTING);

      crew.start();

      await().atMost(LIMIT).until(() -> crew.health().isReady());
    }
  }

  @Test
  void aDutyThatEndsLeavesTheOthersWorking() {
    ScriptedDuty shorter = new ScriptedDuty("poll").endingAfter(1);
    ScriptedDuty longer = new ScriptedDuty("train").blocking();
    try (Crew crew = new Crew("trainer", List.of(shorter, longer))) {
      crew.start();

      await()
          .atMost(LIMIT)
          .until(() -> shorter.calls().contains("close") && crew.health().isReady());

      assertThat(longer.calls()).doesNotContain("close");
    }
  }

  @Test
  void aDutyThatFailsStopsAll() throws Exception {
    ScriptedDuty good = new ScriptedDuty("poll").blocking();
    ScriptedDuty bad = new ScriptedDuty("train").failingWith(new IllegalStateException("NaN"));
    Crew crew = new Crew("trainer", List.of(good, bad));

    crew.start();
    crew.awaitEnd();

    assertThat(good.calls()).contains("close");
    assertThat(crew.health().state()).isEqualTo(Health.State.FAILED);
    assertThat(crew.health().cause()).hasMessage("NaN");
  }

  @Test
  void isStoppedWhenAllHaveEnded() throws Exception {
    Crew crew =
        new Crew(
            "trainer",
            List.of(
                new ScriptedDuty("poll").endingAfter(1), new ScriptedDuty("train").endingAfter(2)));

    crew.start();
    crew.awaitEnd();

    assertThat(crew.health().state()).isEqualTo(Health.State.STOPPED);
    crew.close();
  }
}
