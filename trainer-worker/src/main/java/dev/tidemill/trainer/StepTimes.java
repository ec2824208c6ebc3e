package dev.tidemill.trainer;

import java.time.Duration;

/** Tracks how long steps take, and after what time a running step counts as stalled. */
final class StepTimes {
  /** A step has stalled after this multiple of the slowest earlier step. */
  private static final int SLOWEST_FACTOR = 4;

  private final Duration healthTimeout;

  /** Written only by the training thread; read by the thread that watches it. */
  private volatile long slowestNanos;

  /**
   * @param healthTimeout minimum time before a step counts as stalled
   */
  StepTimes(Duration healthTimeout) {
    this.healthTimeout = healthTimeout;
  }

  /** Records the time of a finished step. Training thread. */
  void took(long nanos) {
    if (nanos > slowestNanos) {
      slowestNanos = nanos;
    }
  }

  /** Returns the time after which a running step counts as stalled. Any thread. */
  Duration stalledAfter() {
    Duration slow = Duration.ofNanos(slowestNanos).multipliedBy(SLOWEST_FACTOR);
    return slow.compareTo(healthTimeout) > 0 ? slow : healthTimeout;
  }
}
