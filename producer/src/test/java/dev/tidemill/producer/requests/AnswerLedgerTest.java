package dev.tidemill.producer.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.producer.requests.AnswerLedger.Kind;
import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.runtime.HealthTimeout;
import dev.tidemill.schemas.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerLedgerTest {
  private static final long MILLI = 1_000_000;

  private static final long TIMEOUT = 1_000 * MILLI;
  private static final int MOST = 100;

  private final CountingSource source = CountingSource.of(1_000);
  private final AnswerLedger ledger = new AnswerLedger(settings(MOST, 1 << 20));

  @Test
  void matchesAndScoresAnswers() {
    send(0, 0);
    send(1, 0);
    send(2, 0);
    assertThat(first(1, prediction(1, null), 3 * MILLI))
        .satisfies(
            answer -> {
              assertThat(answer.key()).isEqualTo("1");
              assertThat(answer.isCorrect()).isTrue();
              assertThat(answer.latencyMillis()).isEqualTo(3);
              assertThat(answer.late()).isFalse();
            });
    assertThat(first(0, prediction(7, null), 5 * MILLI).isCorrect()).isFalse();
    assertThat(first(2, prediction(null, "wrong shape"), 5 * MILLI).isError()).isTrue();

    AnswerSummary summary = ledger.summary();
    assertThat(summary.requests()).isEqualTo(3);
    assertThat(summary.predictions()).isEqualTo(3);
    assertThat(summary.missing()).isZero();
    assertThat(summary.errors()).isEqualTo(1);
    assertThat(summary.accuracy()).hasValue(0.5);
    assertThat(summary.isComplete()).isTrue();
  }

  @Test
  void countsSecondAnswerAsDuplicate() {
    send(0, 0);
    first(0, prediction(0, null), MILLI);
    assertThat(kind(0)).isEqualTo(Kind.DUPLICATE);
    assertThat(ledger.summary().duplicates()).isEqualTo(1);
    assertThat(ledger.summary().predictions()).isEqualTo(1);
    assertThat(ledger.summary().isComplete()).isFalse();
  }

  @Test
  void marksAnswerAfterTimeoutAsLate() {
    send(0, 0);
    send(1, TIMEOUT);
    assertThat(expire(TIMEOUT + MILLI)).isEmpty();
    assertThat(ledger.outstanding()).isEqualTo(1);
    assertThat(ledger.summary().missing()).isEqualTo(2);

    assertThat(first(0, prediction(0, null), 2 * TIMEOUT).late()).isTrue();
    assertThat(first(1, prediction(1, null), 2 * TIMEOUT).late()).isFalse();
    assertThat(ledger.summary().late()).isEqualTo(1);
    assertThat(ledger.summary().missing()).isZero();
    assertThat(ledger.summary().isComplete()).isTrue();
    assertThat(ledger.close(3 * TIMEOUT)).isEmpty();
  }

  @Test
  void reportsEachUnansweredRequestOnce() {
    send(0, 0);
    send(1, 0);
    send(2, 2 * TIMEOUT);
    first(1, prediction(1, null), MILLI);
    expire(TIMEOUT + MILLI);

    assertThat(ledger.close(3 * TIMEOUT))
        .extracting(MissingAnswer::key, MissingAnswer::waitedMillis)
        .containsExactly(tuple("0", 3.0 * TIMEOUT / MILLI), tuple("2", (double) TIMEOUT / MILLI));
    assertThat(ledger.close(4 * TIMEOUT)).isEmpty();
    assertThat(kind(0)).as("answer after close").isEqualTo(Kind.GIVEN_UP);
    assertThat(ledger.summary().missing()).isEqualTo(2);
    assertThat(ledger.summary().duplicates()).isZero();
    assertThat(ledger.summary().isComplete()).isFalse();
  }

  @Test
  void limitsOverdueRequestsToMaxOutstanding() {
    List<String> missing = new ArrayList<>();
    for (long i = 0; i < 3 * MOST; i++) {
      assertThat(ledger.hasRoom()).isTrue();
      send(Math.toIntExact(i), i * 10 * TIMEOUT);
      expire(i * 10 * TIMEOUT + 2 * TIMEOUT).forEach(request -> missing.add(request.key()));
    }
    assertThat(missing).hasSize(2 * MOST).startsWith("0", "1");
    assertThat(first(2 * MOST, prediction(0, null), 40 * MOST * TIMEOUT).late()).isTrue();
  }

  @Test
  void limitsRequestsByNumberAndBytes() {
    for (int i = 0; i < MOST; i++) {
      send(i, 0);
    }
    assertThat(ledger.hasRoom()).isFalse();
    first(3, prediction(3, null), MILLI);
    assertThat(ledger.hasRoom()).isTrue();

    AnswerLedger small = new AnswerLedger(settings(1_000, 2_000));
    for (int i = 0; small.hasRoom(); i++) {
      small.sent(source.at(i), Integer.toString(i), 0);
    }
    assertThat(small.outstanding()).isBetween(2, 10);
  }

  @Test
  void ignoresAnswersToUnknownRequests() {
    send(0, 0);
    for (long index : new long[] {-1, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertThat(kind(index)).isEqualTo(Kind.UNKNOWN);
    }
    assertThat(ledger.summary().predictions()).isZero();
    assertThat(ledger.summary().duplicates()).isZero();
  }

  @Test
  void isIncompleteIfAllAnswersAreErrors() {
    send(0, 0);
    send(1, 0);
    first(0, prediction(null, "wrong shape"), MILLI);
    first(1, prediction(null, "wrong shape"), MILLI);
    assertThat(ledger.summary().missing()).isZero();
    assertThat(ledger.summary().isComplete()).isFalse();
  }

  @Test
  void isIncompleteIfASampleWasSkipped() {
    send(0, 0);
    first(0, prediction(0, null), MILLI);
    ledger.refused();
    assertThat(ledger.summary().refused()).isEqualTo(1);
    assertThat(ledger.summary().isComplete()).isFalse();
  }

  @Test
  void computesLatencyPercentiles() {
    for (int i = 0; i < 100; i++) {
      send(i, 0);
      first(i, prediction(i, null), (i + 1) * MILLI);
    }
    AnswerSummary summary = ledger.summary();
    assertThat(summary.p50Millis()).isCloseTo(50, within(0.1));
    assertThat(summary.p99Millis()).isCloseTo(99, within(0.1));
    assertThat(summary.maxMillis()).isCloseTo(100, within(0.1));
  }

  @Test
  void accuracyIsEmptyWithoutLabels() {
    assertThat(ledger.summary().accuracy()).isEmpty();
  }

  private void send(int index, long nanos) {
    ledger.sent(source.at(index), Integer.toString(index), nanos);
  }

  private Answer first(long index, Prediction prediction, long atNanos) {
    AnswerLedger.Receipt receipt = ledger.answered(index, prediction, atNanos);
    assertThat(receipt.kind()).isEqualTo(Kind.FIRST);
    return Objects.requireNonNull(receipt.answer());
  }

  private Kind kind(long index) {
    return ledger.answered(index, prediction(0, null), 0).kind();
  }

  private List<MissingAnswer> expire(long nowNanos) {
    List<MissingAnswer> missing = new ArrayList<>();
    ledger.expire(nowNanos, missing);
    return missing;
  }

  private static RequestSettings settings(int most, long mostBytes) {
    return new RequestSettings(
        0,
        most,
        mostBytes,
        HealthTimeout.STANDARD,
        Duration.ofNanos(TIMEOUT),
        Duration.ZERO,
        false,
        "");
  }

  private static Prediction prediction(@Nullable Integer label, @Nullable String error) {
    return Prediction.newBuilder()
        .setRequestId("")
        .setModel("m")
        .setModelVersion(1)
        .setVersionAgeMs(0)
        .setLabel(label)
        .setError(error)
        .setQueuedUs(0)
        .setComputedUs(0)
        .setBatchSize(1)
        .setRequestedAt(Instant.EPOCH)
        .setCreatedAt(Instant.EPOCH)
        .setWorker("w")
        .setOutputs(List.of())
        .build();
  }
}
