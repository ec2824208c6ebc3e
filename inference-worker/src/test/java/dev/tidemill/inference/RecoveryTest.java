package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecoveryTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Recovery recovery = new Recovery(0);

  @Test
  void isDueAtTheBeginning() {
    assertThat(recovery.isDue(0)).isTrue();
    recovery.restarted();
    assertThat(recovery.isNeeded()).isFalse();
    assertThat(recovery.isDue(0)).isFalse();
  }

  @Test
  void waitsLongerAfterEachFailureUntilADelivery() {
    assertThat(recovery.failed(false, 0)).isFalse();
    assertThat(recovery.isDue(49 * MILLI)).isFalse();
    assertThat(recovery.isDue(50 * MILLI)).isTrue();
    assertThat(recovery.failed(false, 0)).isFalse();
    assertThat(recovery.isDue(99 * MILLI)).isFalse();
    for (int i = 0; i < 20; i++) {
      assertThat(recovery.failed(false, 0)).isFalse();
    }
    assertThat(recovery.isDue(5000 * MILLI)).isTrue();
    recovery.restarted();
    recovery.delivered();
    recovery.failed(false, 0);
    assertThat(recovery.isDue(50 * MILLI)).isTrue();
  }

  @Test
  void isOverWhenFencedTwiceInShortTime() {
    assertThat(recovery.failed(true, 0)).isFalse();
    assertThat(recovery.failed(false, 1000 * MILLI)).isFalse();
    assertThat(recovery.failed(true, Recovery.FENCED_TWICE_NANOS + 1)).isFalse();
    assertThat(recovery.failed(true, Recovery.FENCED_TWICE_NANOS + 2)).isTrue();
  }
}
