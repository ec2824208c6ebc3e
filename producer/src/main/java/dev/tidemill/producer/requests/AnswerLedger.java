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
 * Tracks each request until its outcome: an answer, in time or late, or no answer. A request is
 * awaited until its timeout, then overdue until its answer arrives or the ledger is closed.
 *
 * <p>Both kinds are bounded in number and bytes. If there are too many overdue requests, the ledger
 * gives up the oldest. Any thread.
 */
final class AnswerLedger {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int SIGNIFICANT_DIGITS = 3;

  /** Missing requests to remember, so that a very late answer does not count as a duplicate. */
  private static final int MAX_MISSING = 100_000;

  private final Histogram latencies = new Histogram(MAX_MICROS, SIGNIFICANT_DIGITS);
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
  private long scored;
  private long correct;

  AnswerLedger(RequestSettings settings) {
    this.awaited = new OpenRequests(settings.outstanding());
    this.overdue = new OpenRequests(settings.outstanding());
    this.timeoutNanos = settings.timeout().toNanos();
  }

  /** How an answer relates to the requests. */
  enum Kind {
    FIRST,
    /** The request was answered before. */
    DUPLICATE,
    /** The request was reported as missing before. */
    GIVEN_UP,
    /** No such request was sent. */
    UNKNOWN
  }

  /**
   * The result of recording an answer.
   *
   * @param answer the answer with its request's label; null unless it is the first one
   */
  record Receipt(Kind kind, @Nullable Answer answer) {}

  /** Whether another request may be sent. */
  synchronized boolean hasRoom() {
    return awaited.hasRoom();
  }

  /** Records a request. Sample numbers must increase. */
  synchronized void sent(Sample sample, String key, long atNanos) {
    requests++;
    newest = sample.index();
    awaited.add(OpenRequest.of(sample, key, atNanos));
  }

  /**
   * Records an answer.
   *
   * @param index sample number according to the answer; not trusted, anybody may write answers
   */
  synchronized Receipt answered(long index, Prediction prediction, long atNanos) {
    OpenRequest request = awaited.remove(index);
    if (request == null) {
      request = overdue.remove(index);
    }
    if (request != null) {
      return new Receipt(Kind.FIRST, first(request, prediction, atNanos));
    }
    if (index < 0 || index > newest) {
      return new Receipt(Kind.UNKNOWN, null);
    }
    if (missing.contains(index)) {
      return new Receipt(Kind.GIVEN_UP, null);
    }
    duplicates++;
    return new Receipt(Kind.DUPLICATE, null);
  }

  private Answer first(OpenRequest request, Prediction prediction, long atNanos) {
    long nanos = Math.max(0, atNanos - request.atNanos());
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    boolean isLate = nanos > timeoutNanos;
    Answer answer =
        new Answer(
            request.key(), prediction, request.expected(), micros / MICROS_PER_MILLI, isLate);
    latencies.recordValue(Math.min(MAX_MICROS, micros));
    predictions++;
    late += isLate ? 1 : 0;
    errors += answer.isError() ? 1 : 0;
    scored += answer.isScored() ? 1 : 0;
    correct += answer.isScored() && answer.isCorrect() ? 1 : 0;
    return answer;
  }

  /**
   * Marks the requests as overdue that have waited longer than the timeout.
   *
   * @param givenUp receives the overdue requests that were given up to make room
   * @return how many requests became overdue
   */
  synchronized int expire(long nowNanos, List<MissingAnswer> givenUp) {
    int expired = 0;
    OpenRequest oldest = awaited.oldest();
    while (oldest != null && nowNanos - oldest.atNanos() > timeoutNanos) {
      awaited.remove(oldest.index());
      makeRoomAmongOverdue(nowNanos, givenUp);
      overdue.add(oldest);
      expired++;
      oldest = awaited.oldest();
    }
    return expired;
  }

  private void makeRoomAmongOverdue(long nowNanos, List<MissingAnswer> givenUp) {
    OpenRequest oldest = overdue.oldest();
    while (oldest != null && !overdue.hasRoom()) {
      givenUp.add(giveUp(oldest, overdue, nowNanos));
      oldest = overdue.oldest();
    }
  }

  /** Gives up and returns all requests without an answer; each is reported only once. */
  synchronized List<MissingAnswer> close(long nowNanos) {
    List<MissingAnswer> givenUp = new ArrayList<>();
    for (OpenRequests open : List.of(overdue, awaited)) {
      for (OpenRequest next = open.oldest(); next != null; next = open.oldest()) {
        givenUp.add(giveUp(next, open, nowNanos));
      }
    }
    return givenUp;
  }

  private MissingAnswer giveUp(OpenRequest request, OpenRequests among, long nowNanos) {
    among.remove(request.index());
    if (missing.size() >= MAX_MISSING) {
      Iterator<Long> oldest = missing.iterator();
      oldest.next();
      oldest.remove();
    }
    missing.add(request.index());
    double waited = TimeUnit.NANOSECONDS.toMicros(nowNanos - request.atNanos()) / MICROS_PER_MILLI;
    return new MissingAnswer(request.key(), request.expected(), waited);
  }

  /** Counts a malformed sample that was skipped. */
  synchronized void refused() {
    refused++;
  }

  /** Number of awaited requests, without the overdue ones. */
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
        scored,
        correct,
        latencies.getValueAtPercentile(50) / MICROS_PER_MILLI,
        latencies.getValueAtPercentile(99) / MICROS_PER_MILLI,
        latencies.getMaxValue() / MICROS_PER_MILLI);
  }
}
