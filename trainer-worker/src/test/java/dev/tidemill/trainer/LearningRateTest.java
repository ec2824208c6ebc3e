package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void anOutcomeSaysWhatMultipliesTheScheduleAndForHowLong() {
    assertThat(LearningRate.describe(0.5, 1)).isEqualTo("the schedule's times 0.5");
    assertThat(LearningRate.describe(0.5, 3))
        .isEqualTo(
            "the schedule's times 0.5, and times up to 3.0 until the boost after drift ends");
  }
}
