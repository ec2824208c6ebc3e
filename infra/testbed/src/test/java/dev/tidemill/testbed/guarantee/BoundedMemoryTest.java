package dev.tidemill.testbed.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.history.MemorySample;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoundedMemoryTest {
  private static MemorySample sample(String name, int second, long value) {
    return new MemorySample(name, Instant.ofEpochSecond(second), value, 100);
  }

  @Test
  void holdsUpToTheBound() {
    assertThat(BoundedMemory.check(List.of(sample("queue", 1, 0), sample("queue", 2, 100))))
        .isEmpty();
  }

  @Test
  void namesTheLargestSampleOfEachSize() {
    assertThat(
            BoundedMemory.check(
                List.of(
                    sample("queue", 1, 101), sample("queue", 2, 150), sample("answers", 3, 20))))
        .extracting(Violation::toString)
        .containsExactly(
            "G8 bound exceeded at queue at 1970-01-01T00:00:02Z: was 150; the bound is 100");
  }

  @Test
  void failsIfNothingWasMeasured() {
    assertThat(BoundedMemory.check(List.of()))
        .extracting(Violation::anomaly)
        .containsExactly(Anomaly.NOT_MEASURED);
    assertThat(BoundedMemory.check(List.of(sample("queue", 1, 0))))
        .extracting(Violation::where)
        .containsExactly("queue");
  }
}
