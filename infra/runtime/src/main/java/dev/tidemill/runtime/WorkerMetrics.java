package dev.tidemill.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * Registers the metrics of one worker, each with the tags {@code model} and {@code worker}. Asking
 * twice for one metric and the same tag values returns the same meter. Any thread.
 */
public final class WorkerMetrics {
  /** The same in every worker: only then can quantiles be computed across workers. */
  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** For {@link MeterDefinition.Kind#AGE_HISTOGRAM}. */
  private static final Duration[] AGE_BUCKETS =
      LongStream.of(1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 21_600, 86_400)
          .mapToObj(Duration::ofSeconds)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Tags common;

  WorkerMetrics(MeterRegistry registry, String model, String worker) {
    this.registry = registry;
    this.common = Tags.of("model", model, "worker", worker);
  }

  /**
   * The counter of these tag values.
   *
   * @param tagValues one for each of the definition's own tags, in their order
   */
  public Counter counter(MeterDefinition meter, String... tagValues) {
    return Counter.builder(meter.name())
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .register(registry);
  }

  /**
   * The histogram of these tag values.
   *
   * @param tagValues one for each of the definition's own tags, in their order
   */
  public Timer histogram(MeterDefinition meter, String... tagValues) {
    return Timer.builder(meter.name())
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .serviceLevelObjectives(
            meter.kind() == MeterDefinition.Kind.AGE_HISTOGRAM ? AGE_BUCKETS : BUCKETS)
        .register(registry);
  }

  /**
   * Exports a value that is read at each scrape.
   *
   * @param value kept alive by the registry; called on the scraping thread
   * @param tagValues one for each of the definition's own tags, in their order
   */
  public void gauge(MeterDefinition meter, Supplier<Number> value, String... tagValues) {
    Gauge.builder(meter.name(), value)
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .register(registry);
  }

  /**
   * Exports a sum that something else counts, read at each scrape.
   *
   * @param source held weakly; the caller keeps it alive as long as the meter
   * @param value reads the sum from the source; called on the scraping thread
   * @param tagValues one for each of the definition's own tags, in their order
   * @return the meter, for {@link #remove}
   */
  public <T> Meter counter(
      MeterDefinition meter, T source, ToDoubleFunction<T> value, String... tagValues) {
    return FunctionCounter.builder(meter.name(), source, value)
        .description(meter.description())
        .tags(tags(meter, tagValues))
        .register(registry);
  }

  /** Removes a meter whose source is gone. */
  public void remove(Meter meter) {
    Meter unused = registry.remove(meter);
  }

  /** Exports values whose tags come and go, such as one for each version. */
  public GaugeTable gauges(MeterDefinition meter) {
    return new GaugeTable(
        MultiGauge.builder(meter.name()).description(meter.description()).register(registry),
        values -> tags(meter, values));
  }

  private Tags tags(MeterDefinition meter, String... values) {
    List<String> keys = meter.tags();
    if (values.length != keys.size()) {
      throw new IllegalArgumentException(
          meter.name() + " has the tags " + keys + "; got " + values.length + " values");
    }
    Tags tags = common;
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(keys.get(i), values[i]);
    }
    return tags;
  }
}
