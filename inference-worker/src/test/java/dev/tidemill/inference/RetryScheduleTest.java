package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final RetrySchedule retrySchedule = new RetrySchedule(0);

  @Test
  void isDueAtFirst() {
    assertThat(retrySchedule.isDue(0)).isTrue();
    retrySchedule.restarted();
    assertThat(retrySchedule.isNeeded()).isFalse();
    assertThat(retrySchedule.isDue(0)).isFalse();
  }

  @Test
  void doublesTheBackoffUntilADelivery() {
    retrySchedule.retryLater(0);
    assertThat(retrySchedule.isDue(49 * MILLI)).isFalse();
    assertThat(retrySchedule.isDue(50 * MILLI)).isTrue();
    retrySchedule.retryLater(0);
    assertThat(retrySchedule.isDue(99 * MILLI)).isFalse();
    for (int i = 0; i < 20; i++) {
      retrySchedule.retryLater(0);
    }
    assertThat(retrySchedule.isDue(4999 * MILLI)).isFalse();
    assertThat(retrySchedule.isDue(5000 * MILLI)).isTrue();
    retrySchedule.restarted();
    retrySchedule.delivered();
    retrySchedule.retryLater(0);
    assertThat(retrySchedule.isDue(50 * MILLI)).isTrue();
  }

  @Test
  void restartsAtOnceWithoutBackoff() {
    retrySchedule.retryLater(0);
    retrySchedule.retryNow(7);
    assertThat(retrySchedule.isDue(7)).isTrue();
  }
}
