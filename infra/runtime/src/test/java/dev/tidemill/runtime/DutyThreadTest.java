package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DutyThreadTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void runsOnAThreadOfItsNameUntilTheWorkIsDone() throws Exception {
    ScriptedDuty duty = new ScriptedDuty("counter").endingAfter(3);
    DutyThread thread = new DutyThread(duty);

    thread.start();
    thread.awaitEnd();

    assertThat(duty.calls()).containsExactly("start", "work", "work", "work", "close");
    assertThat(duty.threadName()).isEqualTo("counter");
    assertThat(thread.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void keepsTheFailureThatStoppedIt() throws Exception {
    IllegalStateException failure = new IllegalStateException("the step diverged");
    ScriptedDuty duty = new ScriptedDuty("train").failingWith(failure);
    DutyThread thread = new DutyThread(duty);

    thread.start();
    thread.awaitEnd();

    assertThat(thread.health().state()).isEqualTo(Health.State.FAILED);
    assertThat(thread.health().cause()).isSameAs(failure);
    assertThat(thread.health().detail()).isEqualTo("train: the step diverged");
    assertThat(duty.calls()).endsWith("close");
  }

  @Test
  void keepsAnErrorThatStoppedIt() throws Exception {
    DutyThread thread =
        new DutyThread(new ScriptedDuty("train").failingWith(new OutOfMemoryError("heap")));

    thread.start();
    thread.awaitEnd();

    assertThat(thread.health().cause()).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void closeWakesABlockedDuty() {
    ScriptedDuty duty = new ScriptedDuty("poll").blocking();
    DutyThread thread = new DutyThread(duty);
    thread.start();
    await().atMost(LIMIT).until(() -> thread.health().isReady());

    thread.close(LIMIT);

    assertThat(thread.health().state()).isEqualTo(Health.State.STOPPED);
    assertThat(duty.calls()).contains("woken", "close");
  }

  @Test
  void closeInterruptsADutyThatIgnoresWakeUp() {
    ScriptedDuty duty = new ScriptedDuty("poll").blocking().deaf();
    DutyThread thread = new DutyThread(duty);
    thread.start();
    await().atMost(LIMIT).until(() -> thread.health().isReady());

    thread.close(Duration.ofMillis(20));

    await().atMost(LIMIT).until(thread::hasEnded);
    assertThat(thread.health().state()).isEqualTo(Health.State.FAILED);
    assertThat(thread.health().cause())
        .isInstanceOf(DutyTimeoutException.class)
        .hasMessage("poll did not end within 20 ms and was interrupted");
    assertThat(duty.calls()).endsWith("close");
  }

  @Test
  void closeAbandonsADutyThatIgnoresInterruption() {
    ScriptedDuty duty = new ScriptedDuty("poll").blocking().deaf().stubborn();
    DutyThread thread = new DutyThread(duty);
    thread.start();
    await().atMost(LIMIT).until(() -> thread.health().isReady());

    thread.close(Duration.ofMillis(20));

    assertThat(thread.hasEnded()).isTrue();
    assertThat(thread.isAbandoned()).isTrue();
    assertThat(thread.health().detail())
        .isEqualTo(
            "poll did not end within 20 ms, even after an interrupt; its thread was abandoned");
    duty.release();
    await().atMost(LIMIT).until(() -> duty.calls().contains("close"));
    assertThat(thread.health().state()).isEqualTo(Health.State.FAILED);
    // The duty's resources are no longer in use.
    await().atMost(LIMIT).until(() -> !thread.isAbandoned());
  }

  @Test
  void showsAFailureBeforeTheDutyIsClosed() throws Exception {
    ScriptedDuty duty =
        new ScriptedDuty("train").failingWith(new IllegalStateException("NaN")).closingWhenTold();
    DutyThread thread = new DutyThread(duty);

    thread.start();
    await().atMost(LIMIT).until(() -> !thread.health().isAlive());

    assertThat(thread.hasEnded()).isFalse();
    duty.letClose();
    thread.awaitEnd();
    assertThat(thread.health().detail()).isEqualTo("train: NaN");
  }

  @Test
  void recognizesAWrappedInterruption() throws Exception {
    Duty duty =
        new Duty() {
          @Override
          public String roleName() {
            return "publish";
          }

          @Override
          public boolean doWork() {
            try {
              new CountDownLatch(1).await();
              return true;
            } catch (InterruptedException e) {
              throw new IllegalStateException("as Kafka's InterruptException", e);
            }
          }
        };
    DutyThread thread = new DutyThread(duty);
    thread.start();
    await().atMost(LIMIT).until(() -> thread.health().isReady());

    thread.close(Duration.ofMillis(20));
    thread.awaitEnd();

    assertThat(thread.health().cause()).isInstanceOf(DutyTimeoutException.class);
  }

  @Test
  void closeIsIdempotentAndAllowedBeforeStart() throws Exception {
    ScriptedDuty duty = new ScriptedDuty("poll");
    DutyThread thread = new DutyThread(duty);

    thread.close();
    thread.close();
    thread.start();
    thread.awaitEnd();

    assertThat(duty.calls()).doesNotContain("start");
    assertThat(thread.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void cannotBeStartedTwice() {
    DutyThread thread = new DutyThread(new ScriptedDuty("poll").endingAfter(1));
    thread.start();

    assertThatThrownBy(thread::start).hasMessageContaining("poll");
    thread.close();
  }
}
