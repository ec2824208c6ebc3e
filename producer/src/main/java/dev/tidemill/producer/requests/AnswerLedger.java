package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.Truth;
import dev.tidemill.schemas.Prediction;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Which requests were sent, and which of them were answered, how soon and how well. Any thread. */
final class AnswerLedger {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  private final Histogram latencies = new Histogram(LONGEST_MICROS, DIGITS);
  private final Map<Integer, Asked> outstanding = new LinkedHashMap<>();

  /** One bit a request: an answer that comes again, or late, is known as such. */
  private final BitSet answered = new BitSet();

  private long requests;
  private long predictions;
  private long duplicates;
  private long errors;
  private long judged;
  private long right;

  private record Asked(String key, @Nullable Truth truth, long atNanos) {}

  synchronized void asked(Sample sample, String key, long atNanos) {
    requests++;
    outstanding.put(Math.toIntExact(sample.place()), new Asked(key, sample.truth(), atNanos));
  }

  /**
   * Notes an answer.
   *
   * @param place the sample's
   * @return empty for one that had been answered before, or was given up
   */
  synchronized Optional<Answer> answered(long place, Prediction prediction, long atNanos) {
    int number = Math.toIntExact(place);
    if (answered.get(number)) {
      duplicates++;
      return Optional.empty();
    }
    answered.set(number);
    predictions++;
    errors += prediction.getError() == null ? 0 : 1;
    Asked asked = outstanding.remove(number);
    if (asked == null) {
      return Optional.empty();
    }
    long micros = Math.max(0, TimeUnit.NANOSECONDS.toMicros(atNanos - asked.atNanos()));
    latencies.recordValue(Math.min(LONGEST_MICROS, micros));
    Answer answer = new Answer(asked.key(), prediction, asked.truth(), micros / MICROS_PER_MILLI);
    judged += answer.isJudged() ? 1 : 0;
    right += answer.isJudged() && answer.isRight() ? 1 : 0;
    return Optional.of(answer);
  }

  /**
   * Gives up the requests that were sent before that moment and have no answer.
   *
   * @return how many
   */
  synchronized int giveUp(long sentBeforeNanos) {
    int before = outstanding.size();
    Iterator<Asked> oldestFirst = outstanding.values().iterator();
    while (oldestFirst.hasNext() && oldestFirst.next().atNanos() - sentBeforeNanos < 0) {
      oldestFirst.remove();
    }
    return before - outstanding.size();
  }

  /** Requests whose answer is still awaited. */
  synchronized int outstanding() {
    return outstanding.size();
  }

  synchronized AnswerSummary summary() {
    return new AnswerSummary(
        requests,
        predictions,
        requests - predictions,
        duplicates,
        errors,
        judged,
        right,
        latencies.getValueAtPercentile(50) / MICROS_PER_MILLI,
        latencies.getValueAtPercentile(99) / MICROS_PER_MILLI,
        latencies.getMaxValue() / MICROS_PER_MILLI);
  }
}
