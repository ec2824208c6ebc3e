package dev.tidemill.trainer;

import dev.tidemill.runtime.ByteBudget;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Queues items from the reader for the training thread, and owns the byte budget for all records in
 * memory. The budget covers records in this queue, records of the step that is being assembled, and
 * refused records whose dead letters are not committed yet.
 *
 * <p>The reader checks {@link #hasRoom} before each poll and pauses without room. So at most one
 * poll exceeds the budget. A step needs its records, however large they are. So while the training
 * thread waits for the rest of a step, the reader may exceed the budget.
 */
final class ArrivalQueue {
  /** Maximum number of refused records whose dead letters are not committed yet. */
  static final int MAX_REFUSED = 100;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final int maxRecords;
  private final ByteBudget budget;
  private final ByteBudget refused;
  private volatile boolean starved;

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
  boolean hasRoom() {
    return arrivals.size() < maxRecords && (budget.hasRoom() || (starved && refused.hasRoom()));
  }

  /** Appends an item and reserves its bytes. Reader's thread. */
  void add(Arrival arrival) {
    budget.reserve(arrival.bytes());
    if (arrival instanceof Arrival.Refused) {
      refused.reserve(arrival.bytes());
    }
    arrivals.add(arrival);
  }

  /** Removes the oldest item; returns null if none arrives in time. Training thread. */
  @Nullable Arrival poll(long waitMillis) throws InterruptedException {
    Arrival arrival = arrivals.poll();
    if (arrival != null) {
      return arrival;
    }
    starved = true;
    try {
      return arrivals.poll(waitMillis, TimeUnit.MILLISECONDS);
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
