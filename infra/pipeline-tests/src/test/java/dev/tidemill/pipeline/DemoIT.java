package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.cli.Tidemill;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
  @TempDir private Path folder = Path.of("");

  @Test
  void reportMatchesCommittedRecords() throws Exception {
    Path file = folder.resolve("report.json");
    try (ChildJvm demo =
        demo(
            "--headless",
            "--train-samples",
            "3000",
            "--test-samples",
            "300",
            "--epochs",
            "8",
            "--optimizer",
            "adam",
            "--set",
            "checkpoint.interval.samples=1000",
            "--exit-when-done",
            "--report",
            file.toString())) {
      assertThat(demo.awaitExit(Duration.ofMinutes(4))).as("%s", demo.error()).isZero();
      JsonNode report = Outcome.parse(Files.readString(file));
      assertThat(demo.out()).last().asString().contains("accuracy");
      assertThat(report.get("samples_trained").asLong()).isEqualTo(24_000);
      assertThat(report.get("checkpoints").asInt()).isGreaterThanOrEqualTo(5);
      assertThat(report.get("versions_served").asInt()).isGreaterThanOrEqualTo(2);
      assertThat(report.get("requests").asInt()).isGreaterThanOrEqualTo(800);
      assertThat(report.get("predictions")).isEqualTo(report.get("requests"));
      assertThat(report.get("duplicates").asInt()).isZero();
      assertThat(report.get("missing").asInt()).isZero();
      assertThat(report.get("accuracy").asDouble()).isGreaterThan(0.7);
    }
    assertNothingLeft();
  }

  @Test
  void endpointReportsHealthOfEachWorker() throws Exception {
    try (ChildJvm demo = demo("--port=0", "--train-samples", "5000", "--epochs", "200")) {
      String endpoint = demo.waitForLine("demo: metrics at (http.*)/metrics").group(1);
      // The requests start after the first version.
      List<String> workers =
          Eventually.await()
              .until(() -> names(get(endpoint + "/health/live")), now -> now.size() == 3);
      assertThat(workers)
          .satisfiesExactlyInAnyOrder(
              name -> assertThat(name).startsWith("inference-"),
              name -> assertThat(name).startsWith("trainer-"),
              name -> assertThat(name).isEqualTo("predict-demo"));
      assertThat(get(endpoint + "/metrics"))
          .contains(
              "tidemill_worker_health{model=\"demo\",state=\"READY\",worker=\"predict-demo\"}");
    }
  }

  private static List<String> names(String health) {
    return Outcome.parse(health).get("workers").findValuesAsText("name");
  }

  private static String get(String uri) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void ctrlCEndsItAndLeavesNoFiles() throws Exception {
    try (ChildJvm demo = demo("--headless", "--train-samples", "5000", "--epochs", "200")) {
      Object unused = demo.waitForLine("epoch 2", Duration.ofMinutes(3));
      int before = demo.error().size();
      demo.interrupt();
      assertThat(demo.awaitExit(Duration.ofMinutes(1))).isEqualTo(130);
      assertThat(demo.error().subList(before, demo.error().size()))
          .noneMatch(line -> line.contains("tidemill: ") || line.contains("Exception"));
    }
    assertNothingLeft();
  }

  /** Runs like a background job of a script, which ignores Ctrl-C. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void termEndsABrokerUnderNohupAndLeavesNoFiles() throws Exception {
    try (ChildJvm broker =
        ChildJvm.startUnder(
            List.of("sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh"),
            List.of(),
            Tidemill.class.getName(),
            List.of("broker", "--port", "0"),
            Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder))) {
      Object unused = broker.waitForLine("bootstrap.servers=");
      broker.terminate();
      assertThat(broker.awaitExit(Duration.ofMinutes(1))).isEqualTo(143);
    }
    assertNothingLeft();
  }

  private ChildJvm demo(String... options) {
    List<String> arguments =
        Stream.concat(Stream.of("demo", "--data", "digits"), Stream.of(options)).toList();
    return ChildJvm.start(
        Tidemill.class.getName(),
        arguments,
        Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + folder));
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("tidemill"));
    }
  }
}
