package dev.tidemill.runtime;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The metrics of one process. Any thread. */
public final class Metrics implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Runnable> refreshers = new CopyOnWriteArrayList<>();
  private final String model;
  private @Nullable ProcessMetrics process;

  /** Metrics whose tag {@code model} is this name. */
  public Metrics(String model) {
    this.model = model;
  }

  /**
   * Adds the metrics of the JVM and of the process. Only an endpoint shows them, and they cost a
   * process a part of its start, so an endpoint adds them.
   */
  synchronized void addProcess() {
    if (process == null) {
      process = new ProcessMetrics(registry);
    }
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
  public synchronized void close() {
    if (process != null) {
      process.close();
    }
    registry.close();
  }
}
