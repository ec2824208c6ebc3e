package dev.tidemill.trainer;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What was read and is not trained yet, bounded by records and by their bytes, whichever is reached
 * first. It is the reader who keeps to that, by asking before each record: so the queue is over its
 * bound by one record at most, and by what is told between records.
 */
final class ArrivalQueue {
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final int mostRecords;
  private final long mostBytes;

  ArrivalQueue(int mostRecords, long mostBytes) {
    this.mostRecords = mostRecords;
    this.mostBytes = mostBytes;
  }

  /** Whether another record may be added. Reader's thread. */
  boolean hasRoom() {
    return arrivals.size() < mostRecords && bytes.get() < mostBytes;
  }

  /** Reader's thread. */
  void add(Arrival arrival) {
    bytes.addAndGet(arrival.bytes());
    arrivals.add(arrival);
  }

  /** The oldest; null if none came in that time. Training thread. */
  @Nullable Arrival poll(long waitMillis) throws InterruptedException {
    Arrival arrival = arrivals.poll(waitMillis, TimeUnit.MILLISECONDS);
    if (arrival != null) {
      bytes.addAndGet(-arrival.bytes());
    }
    return arrival;
  }
}
