package dev.tidemill.producer;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Schedules samples in an open loop: sample k is due k / rate seconds after the first, regardless
 * of how long earlier samples took. One thread.
 */
public final class SendPacer {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final double perSecond;
  private final LongSupplier nanoTime;
  private boolean started;
  private long start;

  /**
   * Creates a pacer with a rate.
   *
   * @param perSecond samples per second; 0 for as fast as possible
   */
  public SendPacer(double perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
  }

  /** Nanoseconds until a sample is due; 0 if it is due or late. */
  public long nanosUntil(long sample) {
    if (perSecond == 0) {
      return 0;
    }
    long now = nanoTime.getAsLong();
    if (!started) {
      started = true;
      start = now - (long) (sample * (NANOS / perSecond));
    }
    return Math.max(0, start + (long) (sample * (NANOS / perSecond)) - now);
  }
}
