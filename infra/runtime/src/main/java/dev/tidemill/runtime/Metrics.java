package dev.tidemill.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The metrics of one process, whose workers all serve one model. Includes the JVM's memory, the CPU
 * usage and, where the system tells it, the process's peak memory. Any thread.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final String model;

  /** Metrics whose tag {@code model} is this name. */
  public Metrics(String model) {
    this.model = model;
    new JvmMemoryMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    if (PeakMemory.bytes().isPresent()) {
      Gauge.builder("process.resident.memory.peak", () -> PeakMemory.bytes().orElse(0))
          .description("The most memory that the process has had at once.")
          .baseUnit("bytes")
          .register(registry);
    }
  }

  /** Registers the metrics of one of the process's workers. */
  public WorkerMetrics worker(String name) {
    return new WorkerMetrics(registry, model, name);
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    registry.close();
  }
}
