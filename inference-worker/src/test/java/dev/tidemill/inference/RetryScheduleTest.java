package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final RetrySchedule recovery = new RetrySchedule(0);

  @Test
  void isDueAtTheBeginning() {
    assertThat(recovery.isDue(0)).isTrue();
    recovery.restarted();
    assertThat(recovery.isNeeded()).isFalse();
    assertThat(recovery.isDue(0)).isFalse();
  }

  @Test
  void waitsLongerAfterEachFailureUntilADelivery() {
    recovery.later(0);
    assertThat(recovery.isDue(49 * MILLI)).isFalse();
    assertThat(recovery.isDue(50 * MILLI)).isTrue();
    recovery.later(0);
    assertThat(recovery.isDue(99 * MILLI)).isFalse();
    for (int i = 0; i < 20; i++) {
      recovery.later(0);
    }
    assertThat(recovery.isDue(4999 * MILLI)).isFalse();
    assertThat(recovery.isDue(5000 * MILLI)).isTrue();
    recovery.restarted();
    recovery.delivered();
    recovery.later(0);
    assertThat(recovery.isDue(50 * MILLI)).isTrue();
  }

  @Test
  void beginsAtOnceWhereWaitingHelpsNothing() {
    recovery.later(0);
    recovery.now(7);
    assertThat(recovery.isDue(7)).isTrue();
  }
}
