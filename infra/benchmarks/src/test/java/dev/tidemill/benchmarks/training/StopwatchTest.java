package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.producer.SendProgress;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private final ProducerOrder order = new ProducerOrder("b:1", "none", 100, 1_000, 4_000);
  private long seconds;
  private final MemoryProducing.Stopwatch watch =
      new MemoryProducing.Stopwatch(order, () -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void countsWhatWasSentBetweenTheMomentsThatItSaw() {
    told(1, 0);
    told(2, 1_100);
    told(3, 4_000);
    told(7, 5_100);
    told(9, 6_000);

    assertThat(watch.recordsPerSecond()).isEqualTo(4_000 / 5.0);
  }

  @Test
  void withoutAnEndThereIsNoRate() {
    told(1, 1_000);
    told(2, 4_999);

    assertThatThrownBy(watch::recordsPerSecond).isInstanceOf(BenchmarkException.class);
  }

  @Test
  void nothingTakesNoTime() {
    told(1, 1_000);
    told(1, 5_000);

    assertThatThrownBy(watch::recordsPerSecond)
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("the producer");
  }

  private void told(long atSecond, long records) {
    seconds = atSecond;
    watch.progressed(
        new SendProgress(
            0, 32 * records, records, 32 * records, records, OptionalLong.empty(), 1, 0));
  }
}
