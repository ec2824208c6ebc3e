package dev.tidemill.trainer;

import dev.tidemill.runtime.ByteBudget;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way from the reader to the training thread, and the byte budget for everything
 * that was read and is not done with: records in this queue, records of the step that is being
 * assembled, and refused records whose dead letters are not committed yet.
 *
 * <p>The reader owns the budget, because the reader pauses: it asks {@link #hasRoom} before each
 * poll, so one poll at most goes beyond the budget. A step needs its records, however large they
 * are: while the training thread waits for the rest of a step, the reader goes on.
 */
final class ArrivalQueue {
  /** Refused records that may wait for the commit of their dead letters. */
  static final int MOST_REFUSED = 100;

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final int mostRecords;
  private final ByteBudget budget;
  private final ByteBudget refused;
  private volatile boolean starved;

  /**
   * @param mostRecords that may wait in the queue
   * @param mostBytes of all that is not done with; refused records may take half of it
   */
  ArrivalQueue(int mostRecords, long mostBytes) {
    this.mostRecords = mostRecords;
    this.budget = new ByteBudget(mostBytes, Long.MAX_VALUE);
    this.refused = new ByteBudget(refusedShare(mostBytes), MOST_REFUSED);
  }

  /** How many bytes of a budget refused records may take. */
  static long refusedShare(long mostBytes) {
    return Math.max(1, mostBytes / 2);
  }

  /** Whether another poll may be made. Reader's thread. */
  boolean hasRoom() {
    return arrivals.size() < mostRecords && (budget.hasRoom() || (starved && refused.hasRoom()));
  }

  /** Reader's thread. */
  void add(Arrival arrival) {
    budget.reserve(arrival.bytes());
    if (arrival instanceof Arrival.Refused) {
      refused.reserve(arrival.bytes());
    }
    arrivals.add(arrival);
  }

  /** The oldest; null if none came in that time. Training thread. */
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

  /** Returns the memory of an arrival that nobody needs any more. Any thread. */
  void done(Arrival arrival) {
    budget.release(arrival.bytes());
    if (arrival instanceof Arrival.Refused) {
      refused.release(arrival.bytes());
    }
  }

  /** Whether refused records hold so much that their dead letters should be committed now. */
  boolean hasManyRefused() {
    return !refused.hasRoom();
  }

  /** Bytes that are not done with. */
  long bytes() {
    return budget.reservedBytes();
  }
}
