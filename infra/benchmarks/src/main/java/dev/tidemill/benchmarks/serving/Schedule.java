package dev.tidemill.benchmarks.serving;

import java.util.concurrent.TimeUnit;

/**
 * When each request of an open loop is due: evenly spaced, whatever became of those before it. A
 * latency counts from here, so that a request which was sent late because the system was slow is
 * not counted as fast.
 *
 * @param startNanos when request 0 is due, on the monotonic clock
 */
record Schedule(long startNanos, double perSecond) {

  Schedule {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("a rate is above 0 a second, not " + perSecond);
    }
  }

  /** Counted from the start each time: rounding does not add up. */
  long dueNanos(long place) {
    return startNanos + Math.round(place * (TimeUnit.SECONDS.toNanos(1) / perSecond));
  }
}
