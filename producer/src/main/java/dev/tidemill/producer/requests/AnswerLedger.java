package dev.tidemill.producer.requests;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.schemas.Prediction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Which requests were sent, and what came of each: an answer, in time or late, or none. A request
 * is awaited until its time-out, then overdue until its answer comes or the ledger is closed. Both
 * kinds are bounded in number and bytes; when there are too many overdue requests, the oldest are
 * given up. Any thread.
 */
final class AnswerLedger {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 3;

  /** Missing requests that are remembered, to tell their very late answers from second ones. */
  private static final int MOST_MISSING = 100_000;

  private final Histogram latencies = new Histogram(LONGEST_MICROS, DIGITS);
  private final OpenRequests awaited;
  private final OpenRequests overdue;
  private final Set<Long> missing = new LinkedHashSet<>();
  private final long timeoutNanos;
  private long newest = -1;
  private long requests;
  private long predictions;
  private long late;
  private long duplicates;
  private long refused;
  private long errors;
  private long judged;
  private long right;

  AnswerLedger(RequestSettings settings) {
    this.awaited = new OpenRequests(settings.outstanding());
    this.overdue = new OpenRequests(settings.outstanding());
    this.timeoutNanos = settings.timeout().toNanos();
  }

  /** What an answer is to the ledger. */
  enum Kind {
    FIRST,
    /** Its request was answered before. */
    DUPLICATE,
    /** Its request was reported as missing before. */
    GIVEN_UP,
    /** There was no such request. */
    UNKNOWN
  }

  /**
   * What became of an answer.
   *
   * @param answer with what is known of its request; only of the first one
   */
  record Receipt(Kind kind, @Nullable Answer answer) {}

  /** Whether another request may be sent. */
  synchronized boolean hasRoom() {
    return awaited.hasRoom();
  }

  /** Notes a request; places only ever grow. */
  synchronized void asked(Sample sample, String key, long atNanos) {
    requests++;
    newest = sample.place();
    awaited.add(OpenRequest.of(sample, key, atNanos));
  }

  /**
   * Notes an answer.
   *
   * @param place the sample's, as the answer says; anybody could have written it
   */
  synchronized Receipt answered(long place, Prediction prediction, long atNanos) {
    OpenRequest asked = awaited.remove(place);
    if (asked == null) {
      asked = overdue.remove(place);
    }
    if (asked != null) {
      return new Receipt(Kind.FIRST, first(asked, prediction, atNanos));
    }
    if (place < 0 || place > newest) {
      return new Receipt(Kind.UNKNOWN, null);
    }
    if (missing.contains(place)) {
      return new Receipt(Kind.GIVEN_UP, null);
    }
    duplicates++;
    return new Receipt(Kind.DUPLICATE, null);
  }

  private Answer first(OpenRequest asked, Prediction prediction, long atNanos) {
    long nanos = Math.max(0, atNanos - asked.atNanos());
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    boolean isLate = nanos > timeoutNanos;
    Answer answer =
        new Answer(asked.key(), prediction, asked.truth(), micros / MICROS_PER_MILLI, isLate);
    latencies.recordValue(Math.min(LONGEST_MICROS, micros));
    predictions++;
    late += isLate ? 1 : 0;
    errors += answer.isError() ? 1 : 0;
    judged += answer.isJudged() ? 1 : 0;
    right += answer.isJudged() && answer.isRight() ? 1 : 0;
    return answer;
  }

  /**
   * Takes the requests that have waited for longer than the time-out as overdue.
   *
   * @param given takes those that were given up for them
   * @return how many have become overdue
   */
  synchronized int expire(long nowNanos, List<MissingAnswer> given) {
    int expired = 0;
    OpenRequest oldest = awaited.oldest();
    while (oldest != null && nowNanos - oldest.atNanos() > timeoutNanos) {
      awaited.remove(oldest.place());
      makeRoomAmongOverdue(nowNanos, given);
      overdue.add(oldest);
      expired++;
      oldest = awaited.oldest();
    }
    return expired;
  }

  private void makeRoomAmongOverdue(long nowNanos, List<MissingAnswer> given) {
    OpenRequest oldest = overdue.oldest();
    while (oldest != null && !overdue.hasRoom()) {
      given.add(giveUp(oldest, overdue, nowNanos));
      oldest = overdue.oldest();
    }
  }

  /** Gives up all requests that have no answer; each is told once. */
  synchronized List<MissingAnswer> close(long nowNanos) {
    List<MissingAnswer> given = new ArrayList<>();
    for (OpenRequests open : List.of(overdue, awaited)) {
      for (OpenRequest next = open.oldest(); next != null; next = open.oldest()) {
        given.add(giveUp(next, open, nowNanos));
      }
    }
    return given;
  }

  private MissingAnswer giveUp(OpenRequest request, OpenRequests among, long nowNanos) {
    among.remove(request.place());
    if (missing.size() >= MOST_MISSING) {
      Iterator<Long> oldest = missing.iterator();
      oldest.next();
      oldest.remove();
    }
    missing.add(request.place());
    double waited = TimeUnit.NANOSECONDS.toMicros(nowNanos - request.atNanos()) / MICROS_PER_MILLI;
    return new MissingAnswer(request.key(), request.truth(), waited);
  }

  /** A sample was left out, and makes no request. */
  synchronized void refused() {
    refused++;
  }

  /** Requests whose answer is still awaited; overdue ones are not. */
  synchronized int outstanding() {
    return awaited.size();
  }

  synchronized AnswerSummary summary() {
    return new AnswerSummary(
        requests,
        predictions,
        requests - predictions,
        late,
        duplicates,
        refused,
        errors,
        judged,
        right,
        latencies.getValueAtPercentile(50) / MICROS_PER_MILLI,
        latencies.getValueAtPercentile(99) / MICROS_PER_MILLI,
        latencies.getMaxValue() / MICROS_PER_MILLI);
  }
}
