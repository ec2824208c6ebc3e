package dev.tidemill.benchmarks.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.Worker;
import java.util.PrimitiveIterator.OfDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MomentTest {
  @Test
  void theRateIsThatBetweenTheMomentsThatItSaw() {
    Moment begin = new Moment(1_100, TimeUnit.SECONDS.toNanos(2));
    Moment end = new Moment(5_100, TimeUnit.SECONDS.toNanos(7));
    assertThat(end.perSecondSince(begin)).isEqualTo(4_000 / 5.0);
  }

  @Test
  void rejectsMomentsWithoutTimeBetween() {
    Moment moment = new Moment(1_000, 1);
    assertThatThrownBy(() -> moment.perSecondSince(moment))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("cannot divide");
  }

  @Test
  void waitsUntilTheCounterIsThereOrBeyond() {
    OfDouble counts = DoubleStream.of(0, 900, 1_100, 1_100).iterator();
    long before = System.nanoTime();
    Moment moment = Moment.when(counts::nextDouble, 1_000, new CountingWorker(Health.ready("")));
    assertThat(moment.count()).isEqualTo(1_100);
    assertThat(moment.nanos()).isGreaterThanOrEqualTo(before);
  }

  @Test
  void failsIfTheWorkerEndsBefore() {
    CountingWorker ended = new CountingWorker(Health.stopped("no more samples"));
    assertThatThrownBy(() -> Moment.when(() -> 4_999, 5_000, ended))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("counter counted to 4,999, not to 5,000")
        .hasMessageContaining("no more samples");
  }

  private record CountingWorker(Health health) implements Worker {
    @Override
    public String name() {
      return "counter";
    }

    @Override
    public void start() {}

    @Override
    public void awaitEnd() {}

    @Override
    public void close() {}
  }
}
