package dev.tidemill.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * The figures of one process. Names are written with dots, without the unit's suffix: the counter
 * {@code tidemill.samples.trained} is scraped as {@code tidemill_samples_trained_total}. Tags come
 * as key, value, key, value. Asking twice for one name and one set of tags gives the same meter.
 * Any thread.
 */
public final class Metrics implements AutoCloseable {
  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    if (PeakMemory.bytes().isPresent()) {
      Gauge.builder("process.resident.memory.peak", () -> PeakMemory.bytes().orElse(0))
          .description("The most memory that the process has had at once.")
          .baseUnit("bytes")
          .register(registry);
    }
  }

  public Counter counter(String name, String doc, String... tags) {
    return Counter.builder(name).description(doc).tags(tags).register(registry);
  }

  /** A histogram of durations, scraped in seconds. */
  public Timer timer(String name, String doc, String... tags) {
    return Timer.builder(name)
        .description(doc)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /**
   * A value that is asked for at each scrape.
   *
   * @param value kept alive by this registry; called on the scraping thread
   */
  public void gauge(String name, String doc, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value).description(doc).tags(tags).register(registry);
  }

  /** All of them in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
