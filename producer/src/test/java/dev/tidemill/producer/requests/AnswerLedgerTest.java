package dev.tidemill.producer.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.producer.source.CountingSource;
import dev.tidemill.schemas.Prediction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerLedgerTest {
  private static final long MILLI = 1_000_000;

  private final CountingSource source = CountingSource.of(200);
  private final AnswerLedger ledger = new AnswerLedger();

  @Test
  void matchesAnswersAndJudgesThem() {
    ask(0, 0);
    ask(1, 0);
    ask(2, 0);
    assertThat(ledger.answered(1, prediction(1, null), 3 * MILLI))
        .hasValueSatisfying(
            answer -> {
              assertThat(answer.key()).isEqualTo("1");
              assertThat(answer.isRight()).isTrue();
              assertThat(answer.latencyMillis()).isEqualTo(3);
            });
    assertThat(ledger.answered(0, prediction(7, null), 5 * MILLI))
        .hasValueSatisfying(answer -> assertThat(answer.isRight()).isFalse());
    assertThat(ledger.answered(2, prediction(null, "wrong shape"), 5 * MILLI))
        .hasValueSatisfying(answer -> assertThat(answer.isError()).isTrue());

    AnswerSummary summary = ledger.summary();
    assertThat(summary.requests()).isEqualTo(3);
    assertThat(summary.predictions()).isEqualTo(3);
    assertThat(summary.missing()).isZero();
    assertThat(summary.errors()).isEqualTo(1);
    assertThat(summary.accuracy()).hasValue(0.5);
  }

  @Test
  void countsWhatComesTwice() {
    ask(0, 0);
    ledger.answered(0, prediction(0, null), MILLI);
    assertThat(ledger.answered(0, prediction(0, null), MILLI)).isEmpty();
    assertThat(ledger.summary().duplicates()).isEqualTo(1);
    assertThat(ledger.summary().predictions()).isEqualTo(1);
  }

  @Test
  void givesUpOnlyWhatHasWaitedTooLong() {
    ask(0, 0);
    ask(1, 10 * MILLI);
    ledger.giveUp(5 * MILLI);
    assertThat(ledger.outstanding()).isEqualTo(1);
    assertThat(ledger.summary().missing()).isEqualTo(2);
    assertThat(ledger.answered(0, prediction(0, null), 20 * MILLI)).isEmpty();
    assertThat(ledger.summary().missing()).as("late, but there").isEqualTo(1);
  }

  @Test
  void tellsPercentilesOfLatency() {
    for (int i = 0; i < 100; i++) {
      ask(i, 0);
      ledger.answered(i, prediction(i, null), (i + 1) * MILLI);
    }
    AnswerSummary summary = ledger.summary();
    assertThat(summary.p50Millis()).isCloseTo(50, within(0.1));
    assertThat(summary.p99Millis()).isCloseTo(99, within(0.1));
    assertThat(summary.maxMillis()).isCloseTo(100, within(0.1));
  }

  @Test
  void knowsNoAccuracyWithoutTruth() {
    assertThat(ledger.summary().accuracy()).isEmpty();
  }

  private void ask(int place, long nanos) {
    ledger.asked(source.at(place), Integer.toString(place), nanos);
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
