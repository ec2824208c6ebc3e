package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StallWatchTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ScriptedClock clock = new ScriptedClock();
  private final AtomicLong nanos = new AtomicLong();
  private final HealthMonitor monitor = new HealthMonitor("watched", clock);
  private final ScriptedDuty duty = new ScriptedDuty("serve").blocking();
  private final DutyThread thread = new DutyThread(duty);
  private Duration limit = Duration.ofSeconds(10);
  private final StallWatch watch = new StallWatch(thread, () -> limit, monitor, nanos::get);

  @AfterEach
  void close() {
    thread.close();
  }

  @Test
  void degradesWhileADutyDoesNotReturn() {
    begin();
    watch.check();
    pass(9);
    watch.check();
    assertThat(monitor.conditions()).isEmpty();

    pass(3);
    watch.check();

    assertThat(monitor.conditions())
        .containsExactly(
            new HealthCondition(
                "serve stalled",
                "has not returned from its work for 12 s",
                clock.instant().minusSeconds(12),
                1));

    oneMoreCall();
    watch.check();
    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void ignoresOnStart() {
    watch.check();
    pass(60);
    watch.check();

    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void aReturningDutyIsNeverStalled() {
    begin();
    for (int i = 0; i < 10; i++) {
      oneMoreCall();
      pass(9);
      watch.check();
    }

    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void anEndedDutyIsNotStalled() {
    begin();
    watch.check();
    pass(20);
    watch.check();
    assertThat(monitor.conditions()).hasSize(1);

    thread.close();
    watch.check();

    assertThat(monitor.conditions()).isEmpty();
  }

  @Test
  void readsTheLimitAtEachCheck() {
    begin();
    watch.check();
    pass(12);
    limit = Duration.ofSeconds(20);
    watch.check();
    assertThat(monitor.conditions()).isEmpty();

    pass(9);
    watch.check();
    assertThat(monitor.conditions()).hasSize(1);
  }

  @Test
  void aWaitForAnotherDutyIsNotAStall() {
    begin();
    watch.check();
    duty.waiting(true);
    pass(60);
    watch.check();
    duty.waiting(false);
    pass(9);
    watch.check();
    assertThat(monitor.conditions()).isEmpty();

    pass(1);
    watch.check();
    assertThat(monitor.conditions()).hasSize(1);
  }

  private void begin() {
    thread.start();
    await().atMost(LIMIT).until(() -> thread.calls() > 0);
  }

  private void oneMoreCall() {
    long before = thread.calls();
    duty.release();
    await().atMost(LIMIT).until(() -> thread.calls() > before);
  }

  private void pass(int seconds) {
    clock.pass(Duration.ofSeconds(seconds));
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
