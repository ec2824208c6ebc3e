package dev.tidemill.inference;

/**
 * When to begin again after a failed delivery. State without I/O; the caller says what time it is.
 * One thread at a time.
 */
final class RetrySchedule {
  private static final long FIRST_WAIT_NANOS = 50_000_000L;
  private static final long LONGEST_WAIT_NANOS = 5_000_000_000L;

  private boolean needed = true;
  private long notBefore;
  private long wait = FIRST_WAIT_NANOS;

  RetrySchedule(long nowNanos) {
    this.notBefore = nowNanos;
  }

  /** Whether the delivery has to be restarted before anything else is done. */
  boolean isNeeded() {
    return needed;
  }

  boolean isDue(long nowNanos) {
    return needed && nowNanos - notBefore >= 0;
  }

  /** How long until {@link #isDue}; 0 or less: now. */
  long nanosUntilDue(long nowNanos) {
    return notBefore - nowNanos;
  }

  void restarted() {
    needed = false;
  }

  void delivered() {
    wait = FIRST_WAIT_NANOS;
  }

  /** Begins again at once. */
  void now(long nowNanos) {
    needed = true;
    notBefore = nowNanos;
  }

  /** Begins again after a wait, which is longer each time until something is delivered. */
  void later(long nowNanos) {
    needed = true;
    notBefore = nowNanos + wait;
    wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
  }
}
