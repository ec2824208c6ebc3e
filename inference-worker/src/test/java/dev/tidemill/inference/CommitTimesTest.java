package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CommitTimesTest {
  @Test
  void forgetsWhatWasAskedFor() {
    CommitTimes times = new CommitTimes();
    assertThat(times.drain()).isEmpty();

    for (int millis = 1; millis <= 100; millis++) {
      times.record(millis * 1_000_000L);
    }
    Map<String, Double> first = times.drain();
    assertThat(first.get("commit.ms.p50")).isCloseTo(50, within(1.0));
    assertThat(first.get("commit.ms.p99")).isCloseTo(99, within(1.5));

    times.record(7_000_000);
    assertThat(times.drain().get("commit.ms.p99")).isCloseTo(7, within(0.1));
    assertThat(times.drain()).isEmpty();
  }
}
