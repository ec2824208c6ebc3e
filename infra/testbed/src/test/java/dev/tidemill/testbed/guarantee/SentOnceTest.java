package dev.tidemill.testbed.guarantee;

import static dev.tidemill.testbed.guarantee.Example.aborted;
import static dev.tidemill.testbed.guarantee.Example.batch;
import static dev.tidemill.testbed.guarantee.Example.batches;
import static dev.tidemill.testbed.guarantee.Example.place;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.Batch;
import dev.tidemill.testbed.history.History;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SentOnceTest {
  private static String only(Batch... batches) {
    List<Violation> found = SentOnce.check(new History.Builder().batches(batches).build());
    assertThat(found).hasSize(1);
    return found.get(0).toString();
  }

  private static Batch at(long offset, long sequence, long firstSample) {
    return new Batch(
        place("batches", 0, offset), true, true, "source-0", sequence, firstSample, 10, 0);
  }

  @Test
  void holdsForConsecutiveRecordsOfTwoSources() {
    History history =
        new History.Builder().batches(batches(3)).batches(batch(1, 0), batch(1, 1)).build();
    assertThat(SentOnce.check(history, Map.of("source-0", 30L, "source-1", 20L))).isEmpty();
  }

  @Test
  void holdsWhenAnAbortedRecordWasSentAgain() {
    Batch again = at(3, 1, 10);
    History history = new History.Builder().batches(batch(0), aborted(batch(1)), again).build();
    assertThat(SentOnce.check(history)).isEmpty();
  }

  @Test
  void namesARecordThatWasSentTwice() {
    assertThat(only(batch(0), batch(1), at(2, 1, 10)))
        .startsWith("SENT duplicate at batches-0@2: source source-0: record 1");
  }

  @Test
  void namesTheRecordAfterALostOne() {
    assertThat(only(batch(0), at(1, 2, 20)))
        .isEqualTo("SENT lost write at batches-0@1: source source-0: record 2 follows record 0");
  }

  @Test
  void namesARecordThatSkipsSamples() {
    assertThat(only(batch(0), at(1, 1, 12)))
        .isEqualTo(
            "SENT lost write at batches-0@1: source source-0: begins with sample 12, not with 10");
  }

  @Test
  void namesASourceThatLostAcknowledgedSamples() {
    History history = new History.Builder().batches(batches(3)).build();
    assertThat(SentOnce.check(history, Map.of("source-0", 31L)))
        .extracting(Violation::toString)
        .containsExactly(
            "SENT lost write at source source-0: 31 samples were acknowledged, 30 are on the log");
    assertThat(SentOnce.check(history, Map.of("source-0", 29L)))
        .extracting(Violation::anomaly)
        .containsExactly(Anomaly.DUPLICATE);
  }
}
