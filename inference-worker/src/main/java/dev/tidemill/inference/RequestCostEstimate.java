package dev.tidemill.inference;

/**
 * How long the engine takes a request, and so how many may be computed at once without keeping the
 * others waiting for long. State without I/O. One thread at a time.
 */
final class RequestCostEstimate {
  private final long longestNanos;
  private double nanosPerRequest;

  /**
   * Nothing is known yet.
   *
   * @param longestNanos that computing may take at once, as far as can be foreseen
   */
  RequestCostEstimate(long longestNanos) {
    this.longestNanos = longestNanos;
  }

  /** Requests that can be computed within the time; 1 at least. */
  int affordable() {
    return nanosPerRequest <= 0
        ? Integer.MAX_VALUE
        : (int) Math.max(1, Math.min(Integer.MAX_VALUE, longestNanos / nanosPerRequest));
  }

  /** Half of what is known is the newest measurement. */
  void measured(long nanos, int requests) {
    double now = (double) nanos / requests;
    nanosPerRequest = nanosPerRequest <= 0 ? now : (nanosPerRequest + now) / 2;
  }
}
