package dev.tidemill.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.local.EmbeddedBroker;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.MetricsServer;
import dev.tidemill.testbed.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker reports that its broker is gone, and that it is back. */
class BrokerOutageIT {
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(3);
  private static final String WORKER = "outage-worker";

  @TempDir Path directory;

  @Test
  void isDegradedDuringABrokerOutageAndRecovers() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
      int port = Integer.parseInt(broker.bootstrapServers().split(":", 2)[1]);
      ServingFixture fixture = ServingFixture.create(broker.bootstrapServers());
      fixture.publish(1);
      try (Metrics metrics = new Metrics("m");
          InferenceWorker worker =
              fixture.worker(WORKER, new LinearEngine(), HEALTH_TIMEOUT, metrics);
          MetricsServer server =
              MetricsServer.start(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  metrics,
                  List.of(worker))) {
        worker.start();
        Eventually.await().until(() -> worker.health().state() == Health.State.READY);
        assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);

        broker.close();
        Eventually.await().until(() -> worker.health().state() == Health.State.DEGRADED);

        assertThat(worker.health().conditions())
            .extracting(HealthCondition::name)
            .contains("broker");
        assertThat(worker.health().detail()).contains("127.0.0.1:" + port);
        HttpResponse<String> ready = get(server, "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("\"condition\":\"broker\"").contains("\"since\":\"");
        assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
        // Reported repeatedly, but logged once.
        Eventually.await().until(() -> worker.health().count() > 2);
        assertThat(logLines(captured, "is degraded: broker")).hasSize(1);
        assertThat(get(server, "/metrics").body())
            .containsPattern("tidemill_worker_health\\{[^}]*state=\"DEGRADED\"[^}]*\\} 1\\.0")
            .contains("tidemill_health_condition_seconds{condition=\"broker\"");

        broker = EmbeddedBroker.start(directory, port);
        Eventually.await().until(() -> worker.health().state() == Health.State.READY);
        assertThat(get(server, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(logLines(captured, "is degraded: broker")).hasSize(1);
      } finally {
        broker.close();
      }
    } finally {
      System.setErr(before);
      System.err.print(captured.toString(StandardCharsets.UTF_8));
    }
  }

  /** Closing is visible and bounded, although Kafka's clients could wait for minutes. */
  @Test
  void closesInTimeWithoutABroker() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
    ServingFixture fixture = ServingFixture.create(broker.bootstrapServers());
    fixture.publish(1);
    try (Metrics metrics = new Metrics("m");
        InferenceWorker worker =
            fixture.worker(WORKER, new LinearEngine(), HEALTH_TIMEOUT, metrics)) {
      worker.start();
      Eventually.await().until(() -> worker.health().state() == Health.State.READY);
      broker.close();

      Thread closing = new Thread(worker::close);
      closing.start();
      Eventually.await().until(() -> !worker.health().isReady());
      closing.join(Duration.ofSeconds(30).toMillis());

      assertThat(closing.isAlive()).isFalse();
      assertThat(worker.health().hasEnded()).isTrue();
    }
  }

  private static List<String> logLines(ByteArrayOutputStream captured, String text) {
    return captured
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(WORKER + " " + text))
        .toList();
  }

  private static HttpResponse<String> get(MetricsServer server, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
