package dev.tidemill.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.chaos.schedule.Role;
import dev.tidemill.chaos.watch.Progress.Outage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final Progress PROGRESS =
      new Progress(
          Map.of(
              Role.PRODUCER, List.of(100L, 200L, 900L),
              Role.TRAINER, List.of(150L, 700L),
              Role.INFERENCE, List.of(50L, 950L)));

  @Test
  void findsTheLongestTimeWithoutProgress() {
    assertThat(PROGRESS.longestOutage(Role.PRODUCER, 0, 1_000)).isEqualTo(new Outage(200, 900));
    assertThat(PROGRESS.longestOutage(Role.PRODUCER, 300, 500)).isEqualTo(new Outage(300, 500));
  }

  @Test
  void countsTheTimeUntilTheEndAndFromTheBeginning() {
    assertThat(PROGRESS.longestOutage(Role.PRODUCER, 0, 5_000)).isEqualTo(new Outage(900, 5_000));
    assertThat(PROGRESS.longestOutage(Role.CALLER, 0, 5_000)).isEqualTo(new Outage(0, 5_000));
  }

  @Test
  void hasRecoveredWhenEachRoleMadeProgress() {
    assertThat(PROGRESS.recovery(0)).isEqualTo(150);
    assertThat(PROGRESS.recovery(150)).isEqualTo(800);
  }

  @Test
  void hasNotRecoveredWithoutProgressOfOneRole() {
    assertThat(PROGRESS.recovery(800)).isEqualTo(-1);
  }
}
