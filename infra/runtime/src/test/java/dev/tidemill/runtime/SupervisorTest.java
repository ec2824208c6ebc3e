package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SupervisorTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final ScriptedClock clock = new ScriptedClock();
  private final HealthMonitor monitor = new HealthMonitor("trainer", clock);

  @Test
  void isReadyOnceAllDutiesAre() {
    try (Supervisor supervisor =
        supervisor(
            LIMIT, new ScriptedDuty("poll").blocking(), new ScriptedDuty("train").blocking())) {
      assertThat(supervisor.health().state()).isEqualTo(Health.State.STARTING);

      supervisor.start();

      await().atMost(LIMIT).until(() -> supervisor.health().isReady());
    }
  }

  @Test
  void aDutyThatEndsLeavesTheOthersRunning() {
    ScriptedDuty shorter = new ScriptedDuty("poll").endingAfter(1);
    ScriptedDuty longer = new ScriptedDuty("train").blocking();
    try (Supervisor supervisor = supervisor(LIMIT, shorter, longer)) {
      supervisor.start();

      await()
          .atMost(LIMIT)
          .until(() -> shorter.calls().contains("close") && supervisor.health().isReady());

      assertThat(longer.calls()).doesNotContain("close");
    }
  }

  @Test
  void isStoppedOnceAllDutiesHaveEnded() throws Exception {
    Supervisor supervisor =
        supervisor(
            LIMIT,
            new ScriptedDuty("poll").endingAfter(1),
            new ScriptedDuty("train").endingAfter(2));

    supervisor.start();
    supervisor.awaitEnd();

    assertThat(supervisor.health().state()).isEqualTo(Health.State.STOPPED);
    supervisor.close();
  }

  @Test
  void showsAFailureBeforeAnythingCloses() throws Exception {
    ScriptedDuty bad =
        new ScriptedDuty("train").failingWith(new IllegalStateException("NaN")).closingWhenTold();
    ScriptedDuty other = new ScriptedDuty("poll").blocking().closingWhenTold();
    Supervisor supervisor = supervisor(LIMIT, other, bad);

    supervisor.start();
    await().atMost(LIMIT).until(() -> !supervisor.health().isAlive());

    assertThat(bad.calls()).doesNotContain("close");
    assertThat(other.calls()).doesNotContain("close");
    assertThat(supervisor.hasEnded()).isFalse();
    assertThat(supervisor.health().cause()).hasMessage("NaN");
    assertThat(supervisor.health().since()).isEqualTo(clock.instant());
    bad.letClose();
    other.letClose();
    supervisor.awaitEnd();
    assertThat(other.calls()).contains("woken", "close");
  }

  @Test
  void keepsTheFirstOfTwoFailures() throws Exception {
    ScriptedDuty first = new ScriptedDuty("train").failingWith(new IllegalStateException("NaN"));
    Duty second =
        new Duty() {
          private final CountDownLatch woken = new CountDownLatch(1);

          @Override
          public String roleName() {
            return "publish";
          }

          @Override
          public boolean doWork() throws Exception {
            woken.await();
            throw new IllegalStateException("fenced");
          }

          @Override
          public void wakeUp() {
            woken.countDown();
          }
        };
    Supervisor supervisor = supervisor(LIMIT, second, first);

    supervisor.start();
    supervisor.awaitEnd();

    assertThat(supervisor.health().detail()).isEqualTo("train: NaN");
  }

  @Test
  void isStoppingUntilTheLastDutyIsClosed() {
    ScriptedDuty slow = new ScriptedDuty("publish").blocking().closingWhenTold();
    Supervisor supervisor = supervisor(LIMIT, new ScriptedDuty("poll").blocking(), slow);
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());
    clock.pass(Duration.ofSeconds(3));

    supervisor.stop();
    await().atMost(LIMIT).until(() -> supervisor.health().detail().endsWith("waits for publish"));

    assertThat(supervisor.health().state()).isEqualTo(Health.State.STOPPING);
    assertThat(supervisor.health().isReady()).isFalse();
    assertThat(supervisor.health().isAlive()).isTrue();
    assertThat(supervisor.health().since()).isEqualTo(clock.instant());
    slow.letClose();
    supervisor.close();
    assertThat(supervisor.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void closeReturnsEvenIfADutyDoesNotEnd() {
    ScriptedDuty stuck = new ScriptedDuty("publish").blocking().deaf().stubborn();
    Supervisor supervisor = supervisor(SHORT, stuck, new ScriptedDuty("poll").blocking());
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    supervisor.close();

    assertThat(supervisor.hasEnded()).isTrue();
    assertThat(supervisor.hasAbandoned()).isTrue();
    assertThat(supervisor.health().state()).isEqualTo(Health.State.FAILED);
    assertThat(supervisor.health().detail()).startsWith("publish did not end within ");
    stuck.release();
    await().atMost(LIMIT).until(() -> !supervisor.hasAbandoned());
  }

  @Test
  void aFailureStopsTheOthersWithinTheCloseTimeout() throws Exception {
    ScriptedDuty stuck = new ScriptedDuty("publish").blocking().deaf();
    Supervisor supervisor =
        supervisor(
            SHORT, stuck, new ScriptedDuty("train").failingWith(new IllegalStateException("NaN")));

    supervisor.start();
    supervisor.awaitEnd();

    assertThat(supervisor.health().detail()).isEqualTo("train: NaN");
    assertThat(stuck.calls()).contains("close");
  }

  @Test
  void anInterruptedCloseStopsWaiting() throws Exception {
    ScriptedDuty stuck = new ScriptedDuty("publish").blocking().deaf();
    Supervisor supervisor = supervisor(LIMIT, stuck);
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    Thread closer = new Thread(supervisor::close);
    closer.start();
    await()
        .atMost(LIMIT)
        .until(() -> supervisor.health().state() == Health.State.STOPPING && isWaiting(closer));
    closer.interrupt();
    closer.join();

    supervisor.awaitEnd();
    assertThat(stuck.calls()).contains("close");
  }

  @Test
  void keepsADrainingDutyRunningUntilTheCloseTimeout() {
    ScriptedDuty draining = new ScriptedDuty("publish").blocking();
    Supervisor supervisor = new Supervisor("trainer", monitor, LIMIT);
    supervisor.add(draining, DutyPolicy.standard().draining());
    // Like the trainer's publisher, which ends once training has finished.
    supervisor.add(
        new ScriptedDuty("train").blocking(), DutyPolicy.standard().whenEnding(draining::release));
    draining.endingAfter(1);
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    supervisor.close();

    assertThat(draining.calls()).containsExactly("start", "work", "close");
    assertThat(supervisor.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void discardStopsADrainingDuty() throws Exception {
    ScriptedDuty draining = new ScriptedDuty("publish").blocking();
    Supervisor supervisor = new Supervisor("trainer", monitor, LIMIT);
    supervisor.add(draining, DutyPolicy.standard().draining());
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    supervisor.discard();
    supervisor.awaitEnd();

    assertThat(draining.calls()).contains("woken", "close");
  }

  @Test
  void stopsADrainingDutyAfterTheCloseTimeout() {
    ScriptedDuty draining = new ScriptedDuty("publish").blocking();
    Supervisor supervisor = new Supervisor("trainer", monitor, SHORT);
    supervisor.add(draining, DutyPolicy.standard().draining());
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    supervisor.close();

    assertThat(draining.calls()).contains("woken", "close");
  }

  @Test
  void interruptsADutyAtItsOwnDeadline() throws Exception {
    ScriptedDuty stuck = new ScriptedDuty("train").blocking().deaf();
    Supervisor supervisor = new Supervisor("trainer", monitor, LIMIT);
    supervisor.add(stuck, DutyPolicy.standard().closeWithin(SHORT));
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().isReady());

    supervisor.close();

    assertThat(supervisor.health().cause())
        .isInstanceOf(DutyTimeoutException.class)
        .hasMessageContaining("and was interrupted");
  }

  @Test
  void degradesTheWorkerWhileADutyIsStalled() {
    ScriptedDuty duty = new ScriptedDuty("serve").blocking();
    HealthMonitor real = new HealthMonitor("stalling", Clock.systemUTC());
    try (Supervisor supervisor = new Supervisor("stalling", real, LIMIT)) {
      supervisor.add(duty, SHORT);
      supervisor.start();

      await().atMost(LIMIT).until(() -> supervisor.health().state() == Health.State.DEGRADED);
      assertThat(supervisor.health().conditions())
          .extracting(HealthCondition::name)
          .containsExactly("serve stalled");

      await()
          .atMost(LIMIT)
          .until(
              () -> {
                duty.release();
                return supervisor.health().isReady();
              });
    }
    assertThat(real.conditions()).isEmpty();
  }

  @Test
  void refinesHealthOnlyWhileRunning() {
    Supervisor supervisor = supervisor(LIMIT, new ScriptedDuty("serve").blocking());
    supervisor.refineHealth(health -> health.isReady() ? Health.ready("version 3") : health);
    supervisor.start();
    await().atMost(LIMIT).until(() -> supervisor.health().detail().equals("version 3"));

    monitor.degrade("broker", "no answer");
    assertThat(supervisor.health().detail()).isEqualTo("version 3; broker: no answer");
    monitor.recover("broker");

    supervisor.close();
    assertThat(supervisor.health().detail()).isEqualTo("trainer has ended");
  }

  @Test
  void closeIsIdempotentAndAllowedBeforeStart() throws Exception {
    ScriptedDuty duty = new ScriptedDuty("poll");
    Supervisor supervisor = supervisor(LIMIT, duty);

    supervisor.close();
    supervisor.close();
    supervisor.start();
    supervisor.awaitEnd();

    assertThat(duty.calls()).doesNotContain("start");
    assertThat(supervisor.health().state()).isEqualTo(Health.State.STOPPED);
  }

  @Test
  void stopsDutiesInReverseOrder() {
    CountDownLatch lastAsked = new CountDownLatch(1);
    Supervisor supervisor = new Supervisor("trainer", monitor, LIMIT);
    ScriptedDuty first = new ScriptedDuty("first").blocking();
    ScriptedDuty last =
        new ScriptedDuty("last")
            .blocking()
            .whenWoken(
                () -> {
                  assertThat(first.calls()).doesNotContain("woken");
                  lastAsked.countDown();
                });
    supervisor.add(first);
    supervisor.add(last);
    supervisor.start();

    supervisor.close();

    assertThat(lastAsked.getCount()).isZero();
  }

  private Supervisor supervisor(Duration closeTimeout, Duty... duties) {
    Supervisor supervisor = new Supervisor("trainer", monitor, closeTimeout);
    for (Duty duty : duties) {
      supervisor.add(duty);
    }
    return supervisor;
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.WAITING;
  }
}
