package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.producer.SendProgress;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private final MemoryProducing.Order order =
      new MemoryProducing.Order("b:1", "none", 100, 1_000, 4_000);
  private long seconds;
  private final MemoryProducing.Stopwatch watch =
      new MemoryProducing.Stopwatch(order, () -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void countsRecordsBetweenTheMomentsThatItSaw() {
    progressed(1, 0);
    progressed(2, 1_100);
    progressed(3, 4_000);
    progressed(7, 5_100);
    progressed(9, 6_000);

    assertThat(watch.recordsPerSecond()).isEqualTo(4_000 / 5.0);
  }

  @Test
  void rejectsARunWithoutAnEnd() {
    progressed(1, 1_000);
    progressed(2, 4_999);

    assertThatThrownBy(watch::recordsPerSecond).isInstanceOf(BenchmarkException.class);
  }

  @Test
  void rejectsARunThatTookNoTime() {
    progressed(1, 1_000);
    progressed(1, 5_000);

    assertThatThrownBy(watch::recordsPerSecond)
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("the producer");
  }

  private void progressed(long atSecond, long records) {
    seconds = atSecond;
    watch.progressed(
        new SendProgress(
            0, 32 * records, records, 32 * records, records, OptionalLong.empty(), 1, 0));
  }
}
