package dev.tidemill.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Serves {@code /metrics} (Prometheus text format), {@code /health/live} (503 once a worker has
 * failed) and {@code /health/ready} (503 unless all workers are ready). The latter two return JSON.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String JSON = "application/json";

  public static final String PORT = "metrics.port";
  public static final String HOST = "metrics.host";

  private final HttpEndpoint endpoint;

  private MetricsServer(HttpEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            PORT,
            ConfigDef.Type.INT,
            null,
            new OptionalRange(0, 65_535),
            Importance.LOW,
            "Port of /metrics, /health/live and /health/ready; 0 selects any free port. If unset, there is no"
                + " endpoint.")
        .define(
            HOST,
            ConfigDef.Type.STRING,
            "127.0.0.1",
            new ConfigDef.NonEmptyString(),
            Importance.LOW,
            "Address that the endpoint listens on.")
        .define(
            HealthTimeout.KEY,
            ConfigDef.Type.LONG,
            HealthTimeout.STANDARD.toMillis(),
            ConfigDef.Range.between(1_000, 600_000),
            Importance.MEDIUM,
            "How long, in milliseconds, a worker may do no work, or be idle without an answer from"
                + " a broker, before it is degraded.");
  }

  /** Starts the endpoint if the settings contain a port. */
  public static Optional<MetricsServer> start(
      Settings settings, Metrics metrics, List<? extends Worker> workers) {
    List<? extends Worker> all = List.copyOf(workers);
    return start(settings, metrics, () -> all);
  }

  /**
   * Starts the endpoint if the settings contain a port.
   *
   * @param workers supplies the current workers of the process; called at each request, on any
   *     thread
   */
  public static Optional<MetricsServer> start(
      Settings settings, Metrics metrics, Supplier<? extends List<? extends Worker>> workers) {
    return settings.isSet(PORT)
        ? Optional.of(
            start(
                new InetSocketAddress(settings.getString(HOST), settings.getInt(PORT)),
                metrics,
                workers))
        : Optional.empty();
  }

  /**
   * Starts the endpoint.
   *
   * @throws UncheckedIOException if it cannot listen on the address; names the address
   */
  public static MetricsServer start(
      InetSocketAddress address, Metrics metrics, List<? extends Worker> workers) {
    List<? extends Worker> all = List.copyOf(workers);
    return start(address, metrics, () -> all);
  }

  private static MetricsServer start(
      InetSocketAddress address,
      Metrics metrics,
      Supplier<? extends List<? extends Worker>> workers) {
    HealthReport report = new HealthReport(workers, metrics);
    metrics.addProcess();
    try {
      return new MetricsServer(
          HttpEndpoint.listen(address, path -> answer(path, report), HttpEndpoint.TIMEOUT));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the metrics endpoint cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  /** Returns the port that the endpoint listens on. */
  public int port() {
    return endpoint.port();
  }

  @Override
  public void close() {
    endpoint.close();
  }

  private static TextResponse answer(String path, HealthReport report) {
    return switch (path) {
      case "/metrics" -> new TextResponse(200, "text/plain; version=0.0.4", report.scrape());
      case "/health/live" -> new TextResponse(report.isAlive() ? 200 : 503, JSON, report.json());
      case "/health/ready" -> new TextResponse(report.isReady() ? 200 : 503, JSON, report.json());
      default -> TextResponse.NOT_FOUND;
    };
  }
}
