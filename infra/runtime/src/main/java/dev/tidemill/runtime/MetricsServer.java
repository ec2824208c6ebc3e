package dev.tidemill.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Answers {@code /metrics} (Prometheus' text), {@code /health} (503 once a worker has failed) and
 * {@code /ready} (503 until all workers are ready), the latter two in JSON.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String JSON = "application/json";

  public static final String PORT = "metrics.port";
  public static final String HOST = "metrics.host";

  private final HttpServer server;
  private final ExecutorService threads;

  private MetricsServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  public static ConfigDef configDef() {
    return new ConfigDef()
        .define(
            PORT,
            ConfigDef.Type.INT,
            null,
            new OptionalRange(0, 65_535),
            Importance.LOW,
            "Port of /metrics, /health and /ready; 0 takes any free one. None: no endpoint.")
        .define(
            HOST,
            ConfigDef.Type.STRING,
            "127.0.0.1",
            new ConfigDef.NonEmptyString(),
            Importance.LOW,
            "Address that the endpoint listens on.");
  }

  /** Starts the endpoint if the settings ask for one. */
  public static Optional<MetricsServer> start(
      Settings settings, Metrics metrics, List<? extends Worker> workers) {
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
   * @throws UncheckedIOException naming the address, if it cannot be listened on
   */
  public static MetricsServer start(
      InetSocketAddress address, Metrics metrics, List<? extends Worker> workers) {
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the metrics endpoint cannot listen on " + address + ": " + e.getMessage(), e);
    }
    ExecutorService threads = Executors.newSingleThreadExecutor(MetricsServer::thread);
    server.setExecutor(threads);
    HealthReport report = new HealthReport(List.copyOf(workers));
    server.createContext(
        "/metrics",
        exchange -> answer(exchange, 200, "text/plain; version=0.0.4", metrics.scrape()));
    server.createContext(
        "/health", exchange -> answer(exchange, report.isAlive() ? 200 : 503, JSON, report.json()));
    server.createContext(
        "/ready", exchange -> answer(exchange, report.isReady() ? 200 : 503, JSON, report.json()));
    server.start();
    return new MetricsServer(server, threads);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "metrics-endpoint");
    thread.setDaemon(true);
    return thread;
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
