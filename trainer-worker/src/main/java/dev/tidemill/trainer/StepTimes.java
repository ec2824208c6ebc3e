package dev.tidemill.trainer;

import java.time.Duration;

/** How long steps take, and from when on one that has not ended counts as stalled. */
final class StepTimes {
  /** A step that takes so many times as long as the slowest before it has stalled. */
  private static final int TIMES_THE_SLOWEST = 4;

  private final Duration healthTimeout;

  /** Written by the training thread alone, read by the one that watches it. */
  private volatile long slowestNanos;

  /**
   * @param healthTimeout before which nothing counts as stalled
   */
  StepTimes(Duration healthTimeout) {
    this.healthTimeout = healthTimeout;
  }

  /** A step has ended. Training thread. */
  void took(long nanos) {
    if (nanos > slowestNanos) {
      slowestNanos = nanos;
    }
  }

  /** How long a step may take. Any thread. */
  Duration stalledAfter() {
    Duration slow = Duration.ofNanos(slowestNanos).multipliedBy(TIMES_THE_SLOWEST);
    return slow.compareTo(healthTimeout) > 0 ? slow : healthTimeout;
  }
}
