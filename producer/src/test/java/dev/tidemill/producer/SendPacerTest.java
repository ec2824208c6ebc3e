package dev.tidemill.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SendPacerTest {
  private final AtomicLong now = new AtomicLong(5_000);

  @Test
  void neverWaitsWithoutARate() {
    assertThat(new SendPacer(0, now::get).nanosUntil(1_000_000)).isZero();
  }

  @Test
  void schedulesEachSampleByItsNumber() {
    SendPacer pace = new SendPacer(100, now::get);
    assertThat(pace.nanosUntil(0)).isZero();
    assertThat(pace.nanosUntil(3)).isEqualTo(30_000_000);
    now.addAndGet(20_000_000);
    assertThat(pace.nanosUntil(3)).isEqualTo(10_000_000);
  }

  @Test
  void catchesUpAfterDelay() {
    SendPacer pace = new SendPacer(100, now::get);
    assertThat(pace.nanosUntil(0)).isZero();
    now.addAndGet(1_000_000_000);
    assertThat(pace.nanosUntil(99)).isZero();
    assertThat(pace.nanosUntil(101)).isEqualTo(10_000_000);
  }
}
