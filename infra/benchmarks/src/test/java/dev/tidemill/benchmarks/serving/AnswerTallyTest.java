package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTallyTest {
  private static final long FIRST = 1_000;
  private static final long MS = 1_000_000;

  /** Ten requests, due every 100 ms. */
  private final Schedule schedule = new Schedule(5_000 * MS, 10);

  @Test
  void latencyCountsFromWhenTheRequestWasDue() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    // All are answered at one moment: whoever sent them late would see ten small latencies.
    for (int place = 0; place < 10; place++) {
      tally.answered(FIRST + place, 6_000 * MS);
    }
    assertThat(tally.isComplete()).isTrue();
    assertThat(tally.micros(100)).isCloseTo(1_000_000, within(1_000.0));
    assertThat(tally.micros(50)).isCloseTo(500_000, within(500.0));
    assertThat(tally.micros(10)).isCloseTo(100_000, within(100.0));
  }

  @Test
  void answersToWarmUpRequestsDoNotCount() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 4, schedule::dueNanos);
    for (int place = 0; place < 10; place++) {
      tally.answered(FIRST + place, schedule.dueNanos(place) + (place < 4 ? 900 : 7) * MS);
    }
    assertThat(tally.micros(100)).isCloseTo(7_000, within(10.0));
    assertThat(tally.result().missing()).isZero();
  }

  @Test
  void countsDuplicatesAndMissingAnswers() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    tally.answered(FIRST, 5_001 * MS);
    tally.answered(FIRST + 3, 5_301 * MS);
    tally.answered(FIRST + 3, 5_999 * MS);
    assertThat(tally.result().duplicates()).isEqualTo(1);
    assertThat(tally.result().missing()).isEqualTo(8);
    assertThat(tally.isComplete()).isFalse();
    assertThat(tally.micros(100)).isCloseTo(1_000, within(2.0));
  }

  @Test
  void ignoresAnswersToRequestsOfAnotherRound() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    tally.answered(FIRST - 1, 5_001 * MS);
    tally.answered(FIRST + 10, 5_001 * MS);
    assertThat(tally.result().missing()).isEqualTo(10);
    assertThat(tally.result().duplicates()).isZero();
  }

  @Test
  void theRateCountsUntilTheLastAnswer() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    for (int place = 0; place < 10; place++) {
      tally.answered(FIRST + place, 7_000 * MS);
    }
    assertThat(tally.result().perSecond()).isCloseTo(5, within(1e-9));
  }

  @Test
  void theKeptUpRateCountsWhileTheSecondHalfIsDue() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    for (int place = 0; place < 10; place++) {
      // Half as fast as they come: one every 200 ms.
      tally.answered(FIRST + place, 5_000 * MS + (place * 200L + 100) * MS);
    }
    // From 5.5 s to 6 s: those at 5.5, 5.7 and 5.9 s.
    assertThat(tally.result().keptUpPerSecond()).isCloseTo(6, within(1e-9));
  }

  @Test
  void keepsTheFirstAnswerOfEachVersion() {
    AnswerTally tally = new AnswerTally(FIRST, 10, 0, schedule::dueNanos);
    tally.answeredBy(1, 1_000);
    tally.answeredBy(1, 2_000);
    tally.answeredBy(300, 3_005);
    tally.answeredBy(1, 4_000);
    assertThat(tally.result().firstByVersion()).isEqualTo(Map.of(1L, 1_000L, 300L, 3_005L));
  }
}
