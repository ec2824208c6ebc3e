package dev.tidemill.benchmarks.serving;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;

/**
 * The answers to requests of consecutive numbers: how long each took, which came twice, how many
 * did not come. One thread at a time.
 */
final class AnswerTally {
  private static final int DIGITS = 3;

  private final long first;
  private final int count;
  private final int warm;
  private final LongUnaryOperator dueNanos;
  private final BitSet seen;
  private final Histogram nanos = new Histogram(DIGITS);
  private int answered;
  private int answeredInSecondHalf;
  private long twice;
  private long lastNanos;

  /**
   * @param first number of the first request
   * @param warm how many of them, from the first, are answered before latencies count
   * @param dueNanos when a request was due, by its place from 0
   */
  AnswerTally(long first, int count, int warm, LongUnaryOperator dueNanos) {
    this.first = first;
    this.count = count;
    this.warm = warm;
    this.dueNanos = dueNanos;
    this.seen = new BitSet(count);
  }

  /** Notes an answer; one to a request of others is none of ours. */
  void answered(long number, long nowNanos) {
    long place = number - first;
    if (place < 0 || place >= count) {
      return;
    }
    if (seen.get((int) place)) {
      twice++;
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

  boolean isComplete() {
    return answered == count;
  }

  int count() {
    return count;
  }

  int missing() {
    return count - answered;
  }

  long twice() {
    return twice;
  }

  /** Answers a second, from when the first request was due to the last answer. */
  double perSecond() {
    return perSecond(answered, lastNanos - due(0));
  }

  /** Answers a second while the second half of the requests was due: what is kept up with. */
  double keptUpPerSecond() {
    return perSecond(answeredInSecondHalf, due(count) - due(count / 2));
  }

  /** A percentile of the latencies after the warm ones. */
  double micros(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e3;
  }

  private static double perSecond(int answers, long nanos) {
    return answers * (double) TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos);
  }
}
