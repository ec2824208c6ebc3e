package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class CommandLineFaultsIT {
  private static final int IMAGES = 10;

  private final KafkaCluster kafka;

  CommandLineFaultsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void reportsAnUnreachableBrokerInOneLine() throws Exception {
    try (ChildJvm train =
        Commands.start(List.of("train", "--bootstrap-server", "127.0.0.1:" + closedPort()))) {
      assertThat(train.awaitExit(Duration.ofMinutes(2))).isEqualTo(1);
      assertThat(train.error()).singleElement().asString().contains("no Kafka broker answers at");
      assertThat(train.out()).isEmpty();
    }
  }

  @Test
  void reportsHowToCreateAMissingTopic() {
    String model = UniqueName.of("absent");
    for (String command : List.of("train", "serve", "models list")) {
      Outcome outcome = onBroker(command, "--model", model);
      assertThat(outcome.status()).as(command).isEqualTo(1);
      assertThat(outcome.error())
          .singleElement()
          .asString()
          .contains("tidemill." + model + ".", "does not exist", "topics create --model " + model);
    }
  }

  @Test
  void reportsATruncatedDataFileInOneLine(@TempDir Path folder) throws Exception {
    idxFiles(folder);
    Path images = folder.resolve("train-images-idx3-ubyte");
    byte[] whole = Files.readAllBytes(images);
    Files.write(images, java.util.Arrays.copyOf(whole, whole.length / 2));
    Pipeline pipeline = Pipeline.create(kafka, "half");
    Outcome outcome = pipeline.run("produce", "--data", "idx:" + folder);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error()).singleElement().asString().contains(images.toString());
  }

  @Test
  void reportsAllInvalidSettings() {
    Outcome outcome =
        onBroker(
            "train",
            "--set",
            "checkpoint.interval.samples=none",
            "--set",
            "checkpoint.keep=0",
            "--set",
            "checkpoint.intreval.ms=3");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(String.join("\n", outcome.error()))
        .contains("checkpoint.interval.samples", "checkpoint.keep", "checkpoint.intreval.ms")
        .contains("checkpoint.interval.ms");
  }

  @Test
  void exitsWith2ForAnUnknownOption() {
    Outcome outcome = onBroker("train", "--epoch", "3");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(String.join("\n", outcome.error())).contains("--epoch").contains("--help");
  }

  @Test
  void namesTheInvalidLayerOfASpec(@TempDir Path folder) throws Exception {
    Path spec = folder.resolve("bad.yaml");
    Files.writeString(
        spec,
        """
        name: bad
        input: {shape: [1, 8, 8]}
        layers:
          - {type: conv2d, name: conv1, out_channels: 4, kernel_size: 9}
        loss: cross_entropy
        optimizer: {type: sgd}
        """);
    Outcome outcome = onBroker("train", "--spec", spec.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(String.join("\n", outcome.error())).contains("conv1");
  }

  @Test
  void startsWithoutWarnings() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "healthy");
    List<List<String>> commands =
        List.of(
            pipeline.arguments("topics create"),
            pipeline.arguments("produce", "--data", "digits", "--limit", "64"),
            pipeline.arguments("train", "--spec", "mlp", "--exit-at-end"),
            pipeline.arguments("models verify"));
    for (List<String> command : commands) {
      try (ChildJvm child = Commands.start(command)) {
        assertThat(child.awaitExit(Duration.ofMinutes(2))).as("%s", command).isZero();
        assertThat(child.error()).noneMatch(line -> line.contains("WARN"));
      }
    }
    Announcements announced = Announcements.of(kafka.bootstrapServers(), pipeline.topics);
    assertThat(announced.lastStates())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(WorkerRole.PRODUCER, "STOPPED", WorkerRole.TRAINER, "STOPPED"));
    assertThat(announced.newestVersion()).isEqualTo(pipeline.newest().getVersion());
  }

  private Outcome onBroker(String command, String... options) {
    List<String> arguments = new java.util.ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-server", kafka.bootstrapServers()));
    arguments.addAll(List.of(options));
    return Commands.run(arguments);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void idxFiles(Path folder) throws IOException {
    java.nio.ByteBuffer images = java.nio.ByteBuffer.allocate(16 + IMAGES * 28 * 28);
    images.putInt(0x803).putInt(IMAGES).putInt(28).putInt(28);
    Files.write(folder.resolve("train-images-idx3-ubyte"), images.array());
    java.nio.ByteBuffer labels = java.nio.ByteBuffer.allocate(8 + IMAGES);
    labels.putInt(0x801).putInt(IMAGES);
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels.array());
  }
}
