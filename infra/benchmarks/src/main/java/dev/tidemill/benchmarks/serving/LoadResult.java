package dev.tidemill.benchmarks.serving;

import dev.tidemill.benchmarks.BenchmarkException;
import java.util.Map;

/**
 * The result of one order to the load generator.
 *
 * @param sent requests
 * @param missing requests without an answer
 * @param duplicates further answers to requests that were answered before
 * @param perSecond answers a second, from when the first request was due to the last answer
 * @param keptUpPerSecond answers a second while the second half of the requests was due
 * @param p50Millis latency, from when a request was due to when its committed answer was read
 * @param firstByVersion when an answer by each version was first seen, in microseconds since the
 *     epoch; empty if the order does not ask for it
 */
record LoadResult(
    int sent,
    int missing,
    long duplicates,
    double perSecond,
    double keptUpPerSecond,
    double p50Millis,
    double p99Millis,
    double p999Millis,
    Map<Long, Long> firstByVersion) {
  /**
   * Returns this result.
   *
   * @param who answered
   * @throws BenchmarkException if a request has no answer
   */
  LoadResult requireComplete(String who) {
    if (missing > 0) {
      throw new BenchmarkException(
          "%s left %d of %d requests without an answer".formatted(who, missing, sent));
    }
    return this;
  }
}
