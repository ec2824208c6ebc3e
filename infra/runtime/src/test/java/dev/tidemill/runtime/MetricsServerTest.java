package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
  private final Metrics metrics = new Metrics();
  private final StillWorker worker = new StillWorker(Health.starting("loads \"v1\""));
  private MetricsServer server;

  @BeforeEach
  void start() {
    server =
        MetricsServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics, List.of(worker));
  }

  @AfterEach
  void stop() {
    server.close();
    metrics.close();
  }

  @Test
  void answersWithTheFiguresOfTheProcess() throws Exception {
    metrics.counter("tidemill.samples.trained", "Samples.", "model", "digits").increment(64);
    metrics.timer("tidemill.step", "A step.").record(Duration.ofMillis(3));
    metrics.gauge("tidemill.queue.records", "Waiting.", () -> 7);

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("tidemill_samples_trained_total{model=\"digits\"} 64.0")
        .contains("tidemill_step_seconds_bucket{le=\"0.005\"} 1")
        .contains("tidemill_queue_records 7.0")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void saysReadyOnlyWhenEveryWorkerIs() throws Exception {
    assertThat(get("/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health").statusCode()).isEqualTo(200);

    worker.health = Health.standby("waits");

    HttpResponse<String> ready = get("/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo(
            "{\"workers\":[{\"name\":\"still\",\"state\":\"STANDBY\",\"detail\":\"waits\"}]}\n");
  }

  @Test
  void saysWhatStoppedAWorker() throws Exception {
    worker.health = Health.failed("train", new IllegalStateException("say \"NaN\""));

    HttpResponse<String> health = get("/health");

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("\"detail\":\"train: say \\\"NaN\\\"\"");
  }

  @Test
  void namesAnAddressThatIsTaken() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

    assertThatThrownBy(() -> MetricsServer.start(taken, metrics, List.of()))
        .hasMessageContaining(Integer.toString(server.port()));
  }

  @Test
  void startsOnlyWhenAPortIsSet() {
    Settings none = Settings.check(Map.of(), List.of(MetricsServer.configDef()));
    Settings any = Settings.check(Map.of("metrics.port", "0"), List.of(MetricsServer.configDef()));

    assertThat(MetricsServer.start(none, metrics, List.of())).isEmpty();
    assertThat(MetricsServer.start(any, metrics, List.of()))
        .hasValueSatisfying(
            started -> {
              assertThat(started.port()).isPositive();
              started.close();
            });
    assertThatThrownBy(
            () ->
                Settings.check(Map.of("metrics.port", "70000"), List.of(MetricsServer.configDef())))
        .hasMessageContaining("metrics.port");
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  /** A worker whose health a test sets. */
  private static final class StillWorker implements Worker {
    private volatile Health health;

    private StillWorker(Health health) {
      this.health = health;
    }

    @Override
    public String name() {
      return "still";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
      return health;
    }

    @Override
    public void awaitEnd() {}

    @Override
    public void close() {}
  }
}
