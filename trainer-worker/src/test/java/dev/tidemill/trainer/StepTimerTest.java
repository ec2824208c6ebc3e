package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StepTimerTest {
  private long now;
  private final StepTimer timer = new StepTimer(Duration.ofSeconds(15), () -> now);

  @Test
  void fastStepsUseHealthTimeout() {
    assertThat(timer.stalledAfter()).isEqualTo(Duration.ofSeconds(15));
    step(Duration.ofMillis(10));
    assertThat(timer.stalledAfter()).isEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void slowStepsMayTakeFourTimesTheSlowest() {
    step(Duration.ofSeconds(20));
    step(Duration.ofSeconds(5));
    assertThat(timer.stalledAfter()).isEqualTo(Duration.ofSeconds(80));
  }

  private void step(Duration takes) {
    long startNanos = timer.now();
    now += takes.toNanos();
    timer.finished(startNanos);
  }
}
