package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.Eventually;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalQueueTest {
  /** Each sample is a FLOAT32 and an INT32 label. */
  private static final int SAMPLE_BYTES = 8;

  @Test
  void isFullAtRecordLimit() {
    ArrivalQueue queue = new ArrivalQueue(2, 1 << 20);
    queue.add(Records.samples(0, 0, 0, 1, 0));
    assertThat(queue.hasRoom()).isTrue();
    queue.add(Records.samples(0, 1, 0, 1, 1));
    assertThat(queue.hasRoom()).isFalse();
  }

  @Test
  void isFullAtByteLimitUntilRelease() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 10 * SAMPLE_BYTES);
    Arrival first = Records.samples(0, 0, 0, 9, 0);
    queue.add(first);
    assertThat(queue.hasRoom()).isTrue();
    queue.add(Records.samples(0, 1, 0, 1, 9));
    assertThat(queue.hasRoom()).isFalse();
    assertThat(queue.poll(0)).isSameAs(first);
    assertThat(queue.hasRoom()).isFalse();
    queue.release(first);
    assertThat(queue.hasRoom()).isTrue();
    assertThat(queue.bytes()).isEqualTo(SAMPLE_BYTES);
  }

  @Test
  void countsRefusedRecordsUntilRelease() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 200);
    queue.add(new Arrival.Passed(0, 1));
    Arrival.Refused first = Records.refused(0, 1, new byte[90]);
    queue.add(first);
    assertThat(queue.hasManyRefused()).isFalse();
    queue.add(Records.refused(0, 2, new byte[90]));
    assertThat(queue.hasManyRefused()).isTrue();
    assertThat(queue.poll(0)).isInstanceOf(Arrival.Passed.class);
    assertThat(queue.poll(0)).isSameAs(first);
    assertThat(queue.poll(0)).isInstanceOf(Arrival.Refused.class);
    assertThat(queue.poll(0)).isNull();
    assertThat(queue.hasManyRefused()).isTrue();
    queue.release(first);
    assertThat(queue.hasManyRefused()).isFalse();
  }

  /** Otherwise a step of many large records would never get its last record. */
  @Test
  void exceedsBudgetForWaitingTrainerButNotForRefusals() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 100);
    queue.add(Records.samples(0, 0, 0, 100, 0));
    assertThat(queue.poll(0)).isNotNull();
    assertThat(queue.hasRoom()).isFalse();
    Thread trainer = new Thread(() -> poll(queue));
    trainer.start();
    Eventually.await().until(queue::hasRoom);
    queue.add(Records.refused(0, 1, new byte[60]));
    trainer.join();
    Thread again = new Thread(() -> poll(queue));
    again.start();
    Eventually.await().until(() -> again.getState() == Thread.State.TIMED_WAITING);
    assertThat(queue.hasRoom()).isFalse();
    queue.add(new Arrival.InputEnd());
    again.join();
  }

  /** On a busy machine, the reader polls many times before the woken trainer runs. */
  @Test
  void doesNotExceedBudgetForTrainerThatIsWoken() throws Exception {
    ArrivalQueue queue = new ArrivalQueue(100, 100);
    Thread trainer = new Thread(() -> poll(queue));
    trainer.start();
    Eventually.await().until(() -> trainer.getState() == Thread.State.TIMED_WAITING);
    synchronized (queue) {
      queue.add(Records.samples(0, 0, 0, 100, 0));
      assertThat(queue.hasRoom()).isFalse();
    }
    trainer.join();
  }

  private static void poll(ArrivalQueue queue) {
    try {
      assertThat(queue.poll(Duration.ofMinutes(1).toMillis())).isNotNull();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
