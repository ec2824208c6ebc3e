package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepTimesTest {
  private final StepTimes times = new StepTimes(Duration.ofSeconds(15));

  @Test
  void fastStepsUseHealthTimeout() {
    assertThat(times.stalledAfter()).isEqualTo(Duration.ofSeconds(15));
    times.took(Duration.ofMillis(10).toNanos());
    assertThat(times.stalledAfter()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void slowStepsMayTakeFourTimesTheSlowest() {
    times.took(Duration.ofSeconds(20).toNanos());
    times.took(Duration.ofSeconds(5).toNanos());
    assertThat(times.stalledAfter()).isEqualTo(Duration.ofSeconds(80));
  }
}
