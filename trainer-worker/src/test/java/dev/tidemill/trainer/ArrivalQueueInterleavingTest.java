package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.runtime.ByteBudget;
import dev.tidemill.testbed.twin.BrokenTwin;
import dev.tidemill.testbed.twin.Mutation;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArrivalQueueInterleavingTest {
  private static final int INVOCATIONS = 1_000;
  private static final ConsumerRecord<byte[], byte[]> RECORD =
      new ConsumerRecord<>("batches", 0, 0, new byte[0], new byte[0]);

  /** In half of these bytes, refused records have two places. */
  static final int BUDGET = 20;

  static Arrival.Refused refused(int number, long bytes) {
    return new Arrival.Refused(RECORD, String.valueOf(number), bytes);
  }

  @Test
  void isLinearizable() {
    options().check(Operations.class);
  }

  @Test
  void losesBytesIfTwoThreadsChangeTheBudgetAtOnce() {
    Class<?> operations =
        BrokenTwin.of(ByteBudget.class)
            .mutate("reserve", Mutation.unsynchronized())
            .usedBy(ArrivalQueue.class)
            .in(Operations.class);
    assertThatThrownBy(() -> options().check(operations))
        .isInstanceOf(LincheckAssertionError.class);
  }

  @Test
  void handsOverAStepThatIsLargerThanTheBudget() {
    Lincheck.runConcurrentTest(INVOCATIONS, withoutTimeLimit().run(LargeStep.class));
  }

  @Test
  void waitsForeverIfTheReaderNotifiesNobody() {
    Runnable largeStep =
        withoutTimeLimit().mutate("add", Mutation.without("notifyAll")).run(LargeStep.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, largeStep))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("hung");
  }

  @Test
  void exceedsTheBudgetTwiceIfAWokenTrainerStillCountsAsWaiting() {
    Runnable largeStep =
        withoutTimeLimit().mutate("hasRoom", Mutation.always("isEmpty")).run(LargeStep.class);
    assertThatThrownBy(() -> Lincheck.runConcurrentTest(INVOCATIONS, largeStep))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("exceeds the budget twice");
  }

  private static BrokenTwin withoutTimeLimit() {
    return BrokenTwin.of(ArrivalQueue.class).mutate("poll", Mutation.untimed());
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .iterations(20)
        .invocationsPerIteration(500)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(4)
        .actorsAfter(1)
        .sequentialSpecification(Specification.class);
  }

  /** What the reader and the training thread do with a queue, one operation at a time. */
  public static class Operations {
    final ArrivalQueue queue = new ArrivalQueue(3, BUDGET);
    final Queue<Arrival> taken = new ArrayDeque<>();
    int read;

    /** Reads the next record, if there is room; returns whether there was. */
    @Operation(nonParallelGroup = "reader")
    public boolean read() {
      if (!queue.hasRoom()) {
        return false;
      }
      queue.add(refused(++read, 5));
      return true;
    }

    /** Takes the oldest record; returns its number, or 0 if there is none. */
    @Operation(nonParallelGroup = "trainer")
    public int take() throws InterruptedException {
      Arrival next = queue.poll(0);
      if (next == null) {
        return 0;
      }
      taken.add(next);
      return Integer.parseInt(((Arrival.Refused) next).reason());
    }

    @Operation(nonParallelGroup = "trainer")
    public void release() {
      Arrival oldest = taken.poll();
      if (oldest != null) {
        queue.release(oldest);
      }
    }

    @Operation(nonParallelGroup = "trainer")
    public boolean hasManyRefused() {
      return queue.hasManyRefused();
    }
  }

  /** The same, for one thread. */
  public static class Specification {
    final Queue<Integer> queued = new ArrayDeque<>();
    int taken;
    int read;

    public boolean read() {
      if (queued.size() >= 3 || bytes() >= BUDGET) {
        return false;
      }
      queued.add(++read);
      return true;
    }

    public int take() {
      @Nullable Integer next = queued.poll();
      if (next == null) {
        return 0;
      }
      taken++;
      return next;
    }

    public void release() {
      taken = Math.max(0, taken - 1);
    }

    public boolean hasManyRefused() {
      return bytes() >= BUDGET / 2;
    }

    private int bytes() {
      return 5 * (queued.size() + taken);
    }
  }

  /**
   * A step of three records that exceed the budget, and one record after it. While the trainer
   * waits, the reader may exceed the budget by one record.
   */
  static class LargeStep implements Runnable {
    static final Arrival RECORD = Records.samples(0, 0, 0, 1, 0);
    static final int STEP = 3;

    ArrivalQueue queue = new ArrivalQueue(10, RECORD.bytes());
    final AtomicInteger polls = new AtomicInteger();
    volatile boolean exceededTwice;

    @Override
    public void run() {
      queue = new ArrivalQueue(10, RECORD.bytes());
      polls.set(0);
      exceededTwice = false;
      Thread reader = new Thread(this::read);
      reader.start();
      try {
        take(STEP);
        take(1);
        reader.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (exceededTwice) {
        throw new IllegalStateException("the reader exceeds the budget twice during one poll");
      }
      if (queue.bytes() != 0) {
        throw new IllegalStateException(queue.bytes() + " bytes are reserved for nothing");
      }
    }

    void read() {
      int exceededDuring = 0;
      for (int i = 0; i < STEP + 1; i++) {
        while (!queue.hasRoom()) {
          Thread.onSpinWait();
        }
        if (queue.bytes() >= RECORD.bytes()) {
          int during = polls.get();
          exceededTwice |= during == exceededDuring;
          exceededDuring = during;
        }
        queue.add(RECORD);
      }
    }

    void take(int records) throws InterruptedException {
      for (int i = 0; i < records; i++) {
        polls.incrementAndGet();
        if (queue.poll(1_000) == null) {
          throw new IllegalStateException("the poll ended without a record");
        }
      }
      for (int i = 0; i < records; i++) {
        queue.release(RECORD);
      }
    }
  }
}
