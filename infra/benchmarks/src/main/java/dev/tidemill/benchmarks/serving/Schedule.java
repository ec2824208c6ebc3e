package dev.tidemill.benchmarks.serving;

import java.util.concurrent.TimeUnit;

/**
 * When each request of an open loop is due: at even intervals, whether or not earlier ones are
 * answered. Latencies count from here, so a request that is sent late because the system is slow
 * does not count as fast.
 *
 * @param startNanos when request 0 is due, on the monotonic clock
 */
record Schedule(long startNanos, double perSecond) {
  Schedule {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("the rate must be above 0 a second, not " + perSecond);
    }
  }

  /** Counts from the start each time, so that rounding errors do not add up. */
  long dueNanos(long place) {
    return startNanos + Math.round(place * (TimeUnit.SECONDS.toNanos(1) / perSecond));
  }
}
