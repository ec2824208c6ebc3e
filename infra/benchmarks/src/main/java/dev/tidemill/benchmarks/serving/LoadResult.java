package dev.tidemill.benchmarks.serving;

import java.util.Map;

/**
 * What came of one order to the load generator.
 *
 * @param sent requests
 * @param missing requests that nobody answered in time
 * @param twice answers to requests that were answered before
 * @param perSecond answers a second, from when the first request could be read to the last answer
 * @param keptUpPerSecond answers a second while the second half of the requests was due
 * @param p50Micros latency, from when a request was due to when its committed answer was read
 * @param lateP99Micros how much later than due requests were sent
 * @param firstByVersion when an answer by each version was first seen, in microseconds since the
 *     epoch; empty where that was not asked for
 */
record LoadResult(
    int sent,
    int missing,
    long twice,
    double perSecond,
    double keptUpPerSecond,
    double p50Micros,
    double p99Micros,
    double p999Micros,
    double lateP99Micros,
    Map<Long, Long> firstByVersion) {}
