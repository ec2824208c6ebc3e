package dev.tidemill.inference;

/**
 * Decides when to restart a failed delivery. Does no I/O; the caller passes the time. One thread at
 * a time.
 */
final class RetrySchedule {
  private static final long INITIAL_BACKOFF_NANOS = 50_000_000L;
  private static final long MAX_BACKOFF_NANOS = 5_000_000_000L;

  private boolean needed = true;
  private long notBefore;
  private long backoff = INITIAL_BACKOFF_NANOS;

  RetrySchedule(long nowNanos) {
    this.notBefore = nowNanos;
  }

  /** Returns whether the delivery must be restarted before anything else. */
  boolean isNeeded() {
    return needed;
  }

  boolean isDue(long nowNanos) {
    return needed && nowNanos - notBefore >= 0;
  }

  /** Returns the nanoseconds until {@link #isDue}; 0 or less means now. */
  long nanosUntilDue(long nowNanos) {
    return notBefore - nowNanos;
  }

  void restarted() {
    needed = false;
  }

  void delivered() {
    backoff = INITIAL_BACKOFF_NANOS;
  }

  /** Schedules a restart without waiting. */
  void retryNow(long nowNanos) {
    needed = true;
    notBefore = nowNanos;
  }

  /** Schedules a restart after a backoff, which doubles until something is delivered. */
  void retryLater(long nowNanos) {
    needed = true;
    notBefore = nowNanos + backoff;
    backoff = Math.min(2 * backoff, MAX_BACKOFF_NANOS);
  }
}
