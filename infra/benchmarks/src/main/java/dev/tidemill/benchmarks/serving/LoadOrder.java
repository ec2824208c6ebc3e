package dev.tidemill.benchmarks.serving;

/**
 * What the load generator does.
 *
 * @param backlog requests that become readable all at once; 0 for an open loop, which the other
 *     three describe
 * @param perSecond requests that are due each second
 * @param seconds how long
 * @param warmSeconds how much of that, from the start, does not count
 * @param versions reports when each version first answered, for Avro answers
 */
record LoadOrder(
    LoadTarget target,
    int backlog,
    double perSecond,
    double seconds,
    double warmSeconds,
    boolean versions) {
  LoadOrder {
    if (backlog < 1 && !(perSecond * (seconds - warmSeconds) >= 1)) {
      throw new IllegalArgumentException(
          "%s requests/s for %s s, of which %s s do not count: nothing is measured"
              .formatted(perSecond, seconds, warmSeconds));
    }
  }

  static LoadOrder backlog(LoadTarget target, int requests) {
    return new LoadOrder(target, requests, 0, 0, 0, false);
  }

  static LoadOrder openLoop(
      LoadTarget target, double perSecond, double seconds, double warmSeconds) {
    return new LoadOrder(target, 0, perSecond, seconds, warmSeconds, false);
  }

  LoadOrder withVersions() {
    return new LoadOrder(target, backlog, perSecond, seconds, warmSeconds, true);
  }

  /** All requests. */
  int count() {
    return backlog > 0 ? backlog : (int) (perSecond * seconds);
  }
}
