package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemill.cli.Tidemill;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Checks what {@code top} shows, printed once and on a real pseudo-terminal. */
@WithKafka
class TopCommandIT {
  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final String ENTERS_SCREEN = "\u001b[?1049h";
  private static final String LEAVES_SCREEN = "\u001b[?1049l";

  private final KafkaCluster kafka;

  TopCommandIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void printsOnceWhatTheTopicsSay() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "once");
    announce(pipeline, WorkerRole.INFERENCE, "serve-\u001b[2Jx", "FAILED\u001b[2J");
    announce(pipeline, WorkerRole.TRAINER, "trainer-\u001b[2Jy", "FAILED");
    List<Long> unused = pipeline.send(List.of(TinyModel.malformed(pipeline.topics.batches(), 0)));

    List<String> lines = pipeline.run("top", "--once").done().out();

    assertThat(lines.get(0)).startsWith("tidemill top  " + pipeline.model).contains(" errors, ");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("ERROR trainer-") && line.contains("has failed"))
        .anyMatch(line -> line.startsWith("WARNING nobody trains") && line.contains("1 batch"))
        .anyMatch(line -> line.matches("batches +.* 1 +.*0:1 .*"))
        .noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void endsWithStatusOneIfTheModelHasNoTopics() throws Exception {
    Outcome outcome = Pipeline.over(kafka.bootstrapServers(), "absent").run("top", "--once");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.error())
        .singleElement()
        .asString()
        .contains("has no topics on", "tidemill topics create --model");
  }

  @Test
  void drawsOnATerminalAndGivesItBack() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), "script (of util-linux) is not installed");
    Pipeline pipeline = Pipeline.create(kafka, "drawn");
    announce(pipeline, WorkerRole.TRAINER, "trainer-1", "READY");
    Process process = onTerminal("exec " + top(pipeline));
    try (OutputStream keys = process.getOutputStream()) {
      String first = readUntil(process.getInputStream(), "trainer-1 ");
      assertThat(first).contains("tidemill top  " + pipeline.model, ENTERS_SCREEN);
      keys.write('q');
      keys.flush();
      String last = readUntil(process.getInputStream(), LEAVES_SCREEN);
      assertThat(last).endsWith(LEAVES_SCREEN);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void printsOnceIntoAPipeEvenIfTheRestIsATerminal() throws Exception {
    assumeTrue(Files.isExecutable(SCRIPT), "script (of util-linux) is not installed");
    Pipeline pipeline = Pipeline.create(kafka, "piped");
    Process process = onTerminal(top(pipeline) + " | cat");
    try (InputStream out = process.getInputStream()) {
      assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("tidemill top  " + pipeline.model)
          .contains("TOPICS")
          .doesNotContain(ENTERS_SCREEN);
    } finally {
      process.destroyForcibly();
    }
  }

  private String top(Pipeline pipeline) {
    return "'%s' --enable-native-access=ALL-UNNAMED -cp '%s' %s top --model %s --bootstrap-server %s"
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            Tidemill.class.getName(),
            pipeline.model,
            kafka.bootstrapServers());
  }

  private static Process onTerminal(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            SCRIPT.toString(),
            "--return",
            "--quiet",
            "-c",
            "stty rows 30 cols 90; " + command,
            "/dev/null");
    builder.environment().put("TERM", "xterm");
    return builder.redirectErrorStream(true).start();
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("the command ended after: %s", read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }

  private static void announce(Pipeline pipeline, WorkerRole role, String worker, String state)
      throws Exception {
    WorkerStatus status =
        WorkerStatus.newBuilder()
            .setWorker(worker)
            .setRole(role)
            .setModel(pipeline.model)
            .setState(state)
            .setDetail("of the test\n\u001b[2J")
            .setConditions(List.of())
            .setVersion(0)
            .setHost("host\u001b]0;title\u0007")
            .setPid(1)
            .setMetricsAddress(null)
            .setRelease("test")
            .setStartedAt(Instant.now())
            .setCreatedAt(Instant.now())
            .build();
    String topic = pipeline.topics.progress();
    List<Long> unused =
        pipeline.send(List.of(pipeline.codec.record(topic, 0, null, new ProgressEvent(status))));
  }
}
