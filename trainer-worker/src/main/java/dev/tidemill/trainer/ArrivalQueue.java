package dev.tidemill.trainer;

import dev.tidemill.runtime.ByteBudget;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Queues items from the reader for the training thread, and owns the byte budget for all records in
 * memory. The budget covers records in this queue, records of the step that is being assembled, and
 * refused records whose dead letters are not committed yet.
 *
 * <p>The reader checks {@link #hasRoom} before each poll and pauses without room. So at most one
 * poll exceeds the budget. A step needs its records, however large they are. So while the training
 * thread waits for the rest of a step at an empty queue, the reader may exceed the budget. The
 * monitor makes this one condition: a thread that was given an item, but does not run yet, does not
 * wait any more.
 */
final class ArrivalQueue {
  /** Maximum number of refused records whose dead letters are not committed yet. */
  static final int MAX_REFUSED = 100;

  private final Queue<Arrival> arrivals = new ArrayDeque<>();
  private final int maxRecords;
  private final ByteBudget budget;
  private final ByteBudget refused;
  private boolean starved;

  /**
   * @param maxRecords maximum number of items in the queue
   * @param maxBytes the byte budget, of which refused records may take half
   */
  ArrivalQueue(int maxRecords, long maxBytes) {
    this.maxRecords = maxRecords;
    this.budget = new ByteBudget(maxBytes, Long.MAX_VALUE);
    this.refused = new ByteBudget(refusedShare(maxBytes), MAX_REFUSED);
  }

  /** Returns the bytes of a budget that refused records may take. */
  static long refusedShare(long maxBytes) {
    return Math.max(1, maxBytes / 2);
  }

  /** Whether the reader may poll again. Reader's thread. */
  synchronized boolean hasRoom() {
    return arrivals.size() < maxRecords
        && (budget.hasRoom() || (starved && arrivals.isEmpty() && refused.hasRoom()));
  }

  /** Appends an item and reserves its bytes. Reader's thread. */
  synchronized void add(Arrival arrival) {
    budget.reserve(arrival.bytes());
    if (arrival instanceof Arrival.Refused) {
      refused.reserve(arrival.bytes());
    }
    arrivals.add(arrival);
    notifyAll();
  }

  /** Removes the oldest item; returns null if none arrives in time. Training thread. */
  synchronized @Nullable Arrival poll(long waitMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    starved = true;
    try {
      for (long left = waitMillis;
          arrivals.isEmpty() && left > 0;
          left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
        wait(left);
      }
      return arrivals.poll();
    } finally {
      starved = false;
    }
  }

  /** Releases the bytes of an item that is no longer needed. Any thread. */
  void release(Arrival arrival) {
    budget.release(arrival.bytes());
    if (arrival instanceof Arrival.Refused) {
      refused.release(arrival.bytes());
    }
  }

  /** Whether refused records use up their share, so that their dead letters must be committed. */
  boolean hasManyRefused() {
    return !refused.hasRoom();
  }

  /** Returns the reserved bytes. */
  long bytes() {
    return budget.reservedBytes();
  }
}
