package dev.tidemill.inference;

/**
 * Estimates how long the engine computes a request, and so how many requests it may compute at once
 * without delaying the others for long. Does no I/O. One thread at a time.
 */
final class RequestCostEstimate {
  private final long maxNanos;
  private double nanosPerRequest;

  /**
   * Creates an estimate without measurements.
   *
   * @param maxNanos how long one computation should take at most
   */
  RequestCostEstimate(long maxNanos) {
    this.maxNanos = maxNanos;
  }

  /** Returns how many requests can be computed within the limit; at least 1. */
  int affordable() {
    return nanosPerRequest <= 0
        ? Integer.MAX_VALUE
        : (int) Math.max(1, Math.min(Integer.MAX_VALUE, maxNanos / nanosPerRequest));
  }

  /** Adds a measurement, which counts for half of the new estimate; of no requests, for nothing. */
  void add(long nanos, int requests) {
    if (requests == 0) {
      return;
    }
    double now = (double) nanos / requests;
    nanosPerRequest = nanosPerRequest <= 0 ? now : (nanosPerRequest + now) / 2;
  }
}
