package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.local.EmbeddedBroker;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the exit status after a SIGTERM, and how soon, with and without a broker. */
class SignalsIT {
  private static final int TERMINATED = 128 + 15;

  /** Less than the timeouts of a Kafka client (60 s and more). */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  @TempDir Path directory;

  @Test
  void endInTimeWithoutABroker() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
    try {
      String server = broker.bootstrapServers();
      assertThat(Commands.run(arguments(server, "topics", "create")).status()).isZero();
      try (ChildJvm ended = start(server, "serve")) {
        awaitState(ended, "STARTING");
        ended.terminate();
        assertThat(ended.awaitExit(LIMIT)).as("%s", ended.error()).isEqualTo(TERMINATED);
      }
      assertThat(Announcements.of(server, Topics.of("tidemill", "signals")).lastStates())
          .isEqualTo(Map.of(WorkerRole.INFERENCE, "STOPPED"));
      try (ChildJvm trainer = start(server, "train", "--spec", "mlp")) {
        awaitState(trainer, "READY");
        try (ChildJvm inference = start(server, "serve")) {
          awaitState(inference, "STARTING");

          broker.close();
          inference.waitForLine("is degraded: broker: no answer from Kafka at " + server);
          trainer.terminate();
          inference.terminate();

          // Status 1 means that something could not be closed cleanly without a broker.
          assertThat(inference.awaitExit(LIMIT)).isIn(TERMINATED, 1);
          assertThat(trainer.awaitExit(LIMIT)).isIn(TERMINATED, 1);
        }
      }
    } finally {
      broker.close();
    }
  }

  private static ChildJvm start(String server, String... command) {
    List<String> arguments = arguments(server, command);
    arguments.addAll(List.of("--metrics-port", "0", "--set", "health.timeout.ms=3000"));
    return Commands.start(arguments);
  }

  private static List<String> arguments(String server, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--bootstrap-server", server, "--model", "signals"));
    return arguments;
  }

  private static void awaitState(ChildJvm child, String state) throws Exception {
    String port = child.waitForLine("metrics: port (\\d+)").group(1);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live")).build();
    HttpClient client = HttpClient.newHttpClient();
    Eventually.await()
        .until(
            () ->
                client
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains("\"state\":\"" + state + "\""));
  }
}
