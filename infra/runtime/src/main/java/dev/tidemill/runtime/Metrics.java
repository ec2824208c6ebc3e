package dev.tidemill.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one process. Includes those of the JVM and of the process: memory with what native
 * libraries use, threads, garbage collection, CPU usage and open files. Any thread.
 */
public final class Metrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final List<Runnable> refreshers = new CopyOnWriteArrayList<>();
  private final String model;

  /** Metrics whose tag {@code model} is this name. */
  public Metrics(String model) {
    this.model = model;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    collections.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    if (ResidentMemory.peakBytes().isPresent()) {
      bytes(
          "process.resident.memory.peak",
          "The most memory that the process has had at once.",
          () -> orNaN(ResidentMemory.peakBytes()));
      bytes(
          "process.resident.memory",
          "Memory of the process: the heap, native libraries and their data, but not GPU memory.",
          () -> orNaN(ResidentMemory.bytes()));
    }
  }

  /** A gauge that cannot be read now has no value, instead of a wrong one. */
  private static double orNaN(OptionalLong bytes) {
    return bytes.isPresent() ? bytes.getAsLong() : Double.NaN;
  }

  private void bytes(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).baseUnit("bytes").register(registry);
  }

  /** Registers the metrics of one of the process's workers. */
  public WorkerMetrics worker(String name) {
    return worker(model, name);
  }

  /** Registers what one of the process's workers says of a model, which may be any one. */
  public WorkerMetrics worker(String ofModel, String name) {
    return new WorkerMetrics(registry, ofModel, name);
  }

  /**
   * Runs something before each scrape, on the scraping thread, for example to fill a {@link
   * GaugeTable}. If it throws, that is logged, and the other metrics are scraped.
   */
  public void beforeScrape(Runnable refresh) {
    refreshers.add(refresh);
  }

  /** All metrics in Prometheus' text format. */
  public synchronized String scrape() {
    refreshers.forEach(Metrics::refresh);
    return registry.scrape();
  }

  private static void refresh(Runnable refresher) {
    try {
      refresher.run();
    } catch (RuntimeException e) {
      LOG.warn("some metrics are missing from a scrape, because they cannot be computed", e);
    }
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
