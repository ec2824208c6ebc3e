package dev.tidemill.inference;

/**
 * When to try again after a failed delivery, and when not to. State without I/O; the caller says
 * what time it is. One thread.
 */
final class Recovery {
  private static final long FIRST_WAIT_NANOS = 50_000_000L;
  private static final long LONGEST_WAIT_NANOS = 5_000_000_000L;

  /** Two takeovers within this are another worker of the same name, not a pause of this one. */
  static final long FENCED_TWICE_NANOS = 60_000_000_000L;

  private boolean needed = true;
  private long notBefore;
  private long wait = FIRST_WAIT_NANOS;
  private long lastFenced;
  private boolean wasFenced;

  Recovery(long nowNanos) {
    this.notBefore = nowNanos;
  }

  /** Whether the delivery has to be restarted before anything else is done. */
  boolean isNeeded() {
    return needed;
  }

  boolean isDue(long nowNanos) {
    return needed && nowNanos - notBefore >= 0;
  }

  void restarted() {
    needed = false;
  }

  void delivered() {
    wait = FIRST_WAIT_NANOS;
  }

  /**
   * Notes a failure.
   *
   * @param fenced whether a newer producer of this worker's name has taken over
   * @return whether it is the last: another worker of the same name has taken over for good
   */
  boolean failed(boolean fenced, long nowNanos) {
    needed = true;
    notBefore = nowNanos + wait;
    wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
    if (!fenced) {
      return false;
    }
    // A producer is also fenced when its process stood still for longer than a transaction may.
    boolean again = wasFenced && nowNanos - lastFenced < FENCED_TWICE_NANOS;
    wasFenced = true;
    lastFenced = nowNanos;
    return again;
  }
}
