package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsServerTest {
  private final Metrics metrics = new Metrics("digits");
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
  void servesTheMetricsOfTheProcess() throws Exception {
    MeterGroup group = new MeterGroup("Test");
    WorkerMetrics registered = metrics.worker("w");
    registered
        .counter(group.counter("tidemill.dead.letters", "Refused.", "topic"), "batches")
        .increment(64);
    registered.histogram(group.histogram("tidemill.step", "A step.")).record(Duration.ofMillis(3));
    registered.gauge(group.gauge("tidemill.queue.records", "Waiting."), () -> 7);

    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains(
            "tidemill_dead_letters_total{model=\"digits\",topic=\"batches\",worker=\"w\"} 64.0")
        .contains("tidemill_step_seconds_bucket{model=\"digits\",worker=\"w\",le=\"0.005\"} 1")
        .contains("tidemill_queue_records{model=\"digits\",worker=\"w\"} 7.0")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void isReadyOnlyWhenEveryWorkerIs() throws Exception {
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);

    worker.health = Health.standby("waits");

    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo(
            "{\"workers\":[{\"name\":\"still\",\"state\":\"STANDBY\",\"detail\":\"waits\","
                + "\"count\":0,\"conditions\":[]}]}\n");
  }

  @Test
  void isNotReadyWhileAWorkerIsDegraded() throws Exception {
    Instant since = Instant.parse("2026-01-01T12:00:00Z");
    worker.health =
        new Health(
            Health.State.DEGRADED,
            "serving; broker: no answer",
            null,
            since,
            3,
            List.of(new HealthCondition("broker", "no \"answer\"", since, 3)));

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .contains("\"state\":\"DEGRADED\"")
        .contains("\"since\":\"2026-01-01T12:00:00Z\",\"count\":3")
        .contains(
            "\"conditions\":[{\"condition\":\"broker\",\"cause\":\"no \\\"answer\\\"\","
                + "\"since\":\"2026-01-01T12:00:00Z\",\"count\":3}]");
  }

  @ParameterizedTest
  @EnumSource(Health.State.class)
  void isAliveUnlessFailedAndReadyIfItDoesItsWork(Health.State state) throws Exception {
    worker.health = new Health(state, "as set", null, null, 0);

    assertThat(get("/health/live").statusCode())
        .isEqualTo(state == Health.State.FAILED ? 503 : 200);
    assertThat(get("/health/ready").statusCode())
        .isEqualTo(state == Health.State.READY || state == Health.State.STANDBY ? 200 : 503);
    assertThat(get("/metrics").body())
        .contains(
            "tidemill_worker_health{model=\"digits\",state=\""
                + state
                + "\",worker=\"still\"} 1.0");
  }

  @Test
  void respondsWhileOthersSendPartialRequests() throws Exception {
    List<Socket> halves = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * HttpEndpoint.MAX_CONNECTIONS; i++) {
        Socket half = new Socket(InetAddress.getLoopbackAddress(), server.port());
        halves.add(half);
        half.getOutputStream().write("GET /health/live HT".getBytes(StandardCharsets.US_ASCII));

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
      }
      // The oldest connections were closed, which bounds memory and threads.
      assertThat(isClosed(halves.get(0))).isTrue();
    } finally {
      for (Socket half : halves) {
        half.close();
      }
    }
  }

  @Test
  void closesASlowConnection() throws Exception {
    try (HttpEndpoint impatient =
            HttpEndpoint.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                path -> TextResponse.NOT_FOUND,
                Duration.ofMillis(1));
        Socket half = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
      half.getOutputStream().write("GET /health/live HT".getBytes(StandardCharsets.US_ASCII));

      assertThat(isClosed(half)).isTrue();
    }
  }

  @Test
  void closesAConnectionThatDoesNotReadItsResponse() throws Exception {
    String large = "x".repeat(64 << 20);
    CountDownLatch answered = new CountDownLatch(1);
    try (HttpEndpoint impatient =
            HttpEndpoint.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                path -> {
                  answered.countDown();
                  return new TextResponse(200, "text/plain", large);
                },
                Duration.ofSeconds(1));
        Socket deaf = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
      deaf.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      answered.await();

      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  Thread.getAllStackTraces().keySet().stream()
                      .noneMatch(thread -> thread.getName().equals("metrics-request")));
    }
  }

  @Test
  void rejectsUnsupportedRequests() throws Exception {
    assertThat(get("/else").statusCode()).isEqualTo(404);
    assertThat(statusOf("POST /health/live HTTP/1.1\r\n\r\n")).contains(" 405 ");
    assertThat(statusOf("GET /health/live\r\n\r\n")).contains(" 400 ");
    assertThat(statusOf("x".repeat(16 * 1024 - 2) + "\r\n")).contains(" 400 ");
    assertThat(statusOf("HEAD /health/live?x=1 HTTP/1.1\r\nHost: x\r\n\r\n")).contains(" 200 ");
  }

  private static boolean isClosed(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketException e) {
      // The server closed the connection before it read the whole request.
      return true;
    }
  }

  private String statusOf(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @Test
  void reportsWhatStoppedAWorker() throws Exception {
    worker.health = Health.failed("train", new IllegalStateException("say \"NaN\""));

    HttpResponse<String> health = get("/health/live");

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("\"detail\":\"train: say \\\"NaN\\\"\"");
  }

  @Test
  void namesAnAddressInUse() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

    assertThatThrownBy(() -> MetricsServer.start(taken, metrics, List.of()))
        .hasMessageContaining(Integer.toString(server.port()));
  }

  @Test
  void startsOnlyIfAPortIsSet() {
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

  @Test
  void reportsTheCurrentWorkers() throws Exception {
    List<Worker> workers = new CopyOnWriteArrayList<>();
    server.close();
    server =
        MetricsServer.start(
                Settings.check(Map.of("metrics.port", "0"), List.of(MetricsServer.configDef())),
                metrics,
                () -> workers)
            .orElseThrow();
    assertThat(get("/health/ready").body()).isEqualTo("{\"workers\":[]}\n");

    workers.add(worker);
    assertThat(get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/metrics").body())
        .contains(
            "tidemill_worker_health{model=\"digits\",state=\"STARTING\",worker=\"still\"} 1.0");

    workers.set(0, new StillWorker(Health.ready("serves")));
    assertThat(get("/health/ready").body()).contains("\"state\":\"READY\"");
    assertThat(get("/metrics").body())
        .contains(
            "tidemill_worker_health{model=\"digits\",state=\"STARTING\",worker=\"still\"} 0.0")
        .contains("tidemill_worker_health{model=\"digits\",state=\"READY\",worker=\"still\"} 1.0");
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
