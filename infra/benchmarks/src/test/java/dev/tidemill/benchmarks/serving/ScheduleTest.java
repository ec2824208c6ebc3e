package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void requestsAreDueAtEvenIntervalsFromTheStart() {
    Schedule schedule = new Schedule(1_000, 4);
    assertThat(schedule.dueNanos(0)).isEqualTo(1_000);
    assertThat(schedule.dueNanos(1)).isEqualTo(250_001_000);
    assertThat(schedule.dueNanos(4)).isEqualTo(1_000_001_000);
  }

  @Test
  void roundingErrorsDoNotAddUp() {
    Schedule schedule = new Schedule(0, 3);
    assertThat(schedule.dueNanos(3 * 3_600L)).isEqualTo(3_600_000_000_000L);
  }

  @Test
  void rejectsARateOfZero() {
    assertThatThrownBy(() -> new Schedule(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the rate must be above 0 a second, not 0.0");
  }

  @Test
  void rejectsAnOrderThatMeasuresNothing() {
    LoadTarget target = new LoadTarget("t", "requests", "answers", 1, "raw");
    assertThatThrownBy(() -> LoadOrder.openLoop(target, 0, 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LoadOrder.openLoop(target, 1, 1.2, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1.0 requests/s for 1.2 s, of which 0.5 s do not count: nothing is measured");
  }
}
