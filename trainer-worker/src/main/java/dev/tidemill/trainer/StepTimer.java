package dev.tidemill.trainer;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Measures how long steps take, and after what time a running step counts as stalled. */
final class StepTimer {
  /** A step has stalled after this multiple of the slowest earlier step. */
  private static final int SLOWEST_FACTOR = 4;

  private final Duration healthTimeout;
  private final LongSupplier nanoTime;

  /** Written only by the training thread; read by the thread that watches it. */
  private volatile long slowestNanos;

  /**
   * @param healthTimeout minimum time before a step counts as stalled
   */
  StepTimer(Duration healthTimeout, LongSupplier nanoTime) {
    this.healthTimeout = healthTimeout;
    this.nanoTime = nanoTime;
  }

  /** Returns the time in nanoseconds, from an arbitrary origin. */
  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Records the time of a step that has just finished. Training thread.
   *
   * @return how long the step took, in nanoseconds
   */
  long finished(long startNanos) {
    long nanos = now() - startNanos;
    if (nanos > slowestNanos) {
      slowestNanos = nanos;
    }
    return nanos;
  }

  /** Returns the time after which a running step counts as stalled. Any thread. */
  Duration stalledAfter() {
    Duration slow = Duration.ofNanos(slowestNanos).multipliedBy(SLOWEST_FACTOR);
    return slow.compareTo(healthTimeout) > 0 ? slow : healthTimeout;
  }
}
