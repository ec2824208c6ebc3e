package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleSpecTest {

  @Test
  void stepMatchesStepLr() {
    ScheduleSpec schedule = new ScheduleSpec.Step(30, 0.1, 0);
    assertThat(schedule.learningRate(0.05, 29)).isEqualTo(0.05);
    assertThat(schedule.learningRate(0.05, 30)).isEqualTo(0.005, within(1e-17));
    assertThat(schedule.learningRate(0.05, 89)).isEqualTo(0.0005, within(1e-17));
  }

  @Test
  void cosineFallsToItsMinimumAndStays() {
    ScheduleSpec schedule = new ScheduleSpec.Cosine(100, 0.1, 0);
    assertThat(schedule.learningRate(1, 0)).isEqualTo(1);
    assertThat(schedule.learningRate(1, 50)).isEqualTo(0.55, within(1e-15));
    assertThat(schedule.learningRate(1, 100)).isEqualTo(0.1);
    assertThat(schedule.learningRate(1, Long.MAX_VALUE)).isEqualTo(0.1);
  }

  @Test
  void scheduleStartsAfterALinearWarmup() {
    ScheduleSpec schedule = new ScheduleSpec.Step(2, 0.5, 3);
    double[] rates = new double[8];
    for (int step = 0; step < rates.length; step++) {
      rates[step] = schedule.learningRate(1, step);
    }
    assertThat(rates).containsExactly(0.25, 0.5, 0.75, 1, 1, 0.5, 0.5, 0.25);
  }
}
