package dev.tidemill.benchmarks.serving;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * The answers to requests with consecutive numbers: their latencies, duplicates, and how many are
 * missing. One thread at a time.
 */
final class AnswerTally {
  private final long first;
  private final int count;
  private final int warm;
  private final LongUnaryOperator dueNanos;
  private final BitSet seen;
  private final Histogram nanos = new Histogram(3);
  private final Map<Long, Long> firstByVersion = new TreeMap<>();
  private int answered;
  private int answeredInSecondHalf;
  private long duplicates;
  private long lastNanos = Long.MIN_VALUE;

  /**
   * Starts with no answers.
   *
   * @param first number of the first request
   * @param warm how many requests, from the first, have latencies that do not count
   * @param dueNanos when a request was due, by its place from 0
   */
  AnswerTally(long first, int count, int warm, LongUnaryOperator dueNanos) {
    this.first = first;
    this.count = count;
    this.warm = warm;
    this.dueNanos = dueNanos;
    this.seen = new BitSet(count);
  }

  /** Counts an answer; ignores one to a request outside the range. */
  void answered(long number, long nowNanos) {
    long place = number - first;
    if (place < 0 || place >= count) {
      return;
    }
    if (seen.get((int) place)) {
      duplicates++;
      return;
    }
    seen.set((int) place);
    answered++;
    lastNanos = nowNanos;
    if (nowNanos >= due(count / 2) && nowNanos < due(count)) {
      answeredInSecondHalf++;
    }
    if (place >= warm) {
      nanos.recordValue(Math.max(0, nowNanos - due(place)));
    }
  }

  private long due(long place) {
    return dueNanos.applyAsLong(place);
  }

  /** Notes when an answer by a version was first seen. */
  void answeredBy(long version, long micros) {
    firstByVersion.putIfAbsent(version, micros);
  }

  boolean isComplete() {
    return answered == count;
  }

  /** When the last answer came. */
  long lastNanos() {
    return lastNanos;
  }

  /** A percentile of the latencies after the warm ones. */
  double micros(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }

  LoadResult result() {
    return new LoadResult(
        count,
        count - answered,
        duplicates,
        perSecond(answered, lastNanos - due(0)),
        perSecond(answeredInSecondHalf, due(count) - due(count / 2)),
        micros(50) / 1e3,
        micros(99) / 1e3,
        micros(99.9) / 1e3,
        firstByVersion);
  }

  private static double perSecond(int answers, long nanos) {
    return answers * (double) TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
  }
}
