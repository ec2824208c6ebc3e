package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example infra/examples/participant.py against a pipeline. */
@WithKafka
class PythonClientIT {
  private static final Path ROOT = Path.of(System.getProperty("tidemill.root", "."));
  private static final String PYTHON =
      System.getenv().getOrDefault("TIDEMILL_TEST_PYTHON", "/usr/bin/python3");

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  PythonClientIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void exampleTrainsAModelAndGetsAnAnswer() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON))
            && run("-c", "import avro, confluent_kafka").exitedWith(0),
        PYTHON + " lacks avro or confluent_kafka");
    Pipeline pipeline = Pipeline.create(kafka, "python");
    try (ChildJvm trainer = pipeline.start("train", "--set", "checkpoint.interval.ms=1000");
        ChildJvm inference = pipeline.start("serve")) {
      Ended ended =
          run(
              ROOT.resolve("infra/examples/participant.py").toString(),
              kafka.bootstrapServers(),
              pipeline.model,
              ROOT.resolve("schemas/src/main/resources/published").toString());
      assertThat(ended.exitedWith(0)).as("%s", ended).isTrue();
      JsonNode answer = Outcome.parse(ended.lines().get(ended.lines().size() - 1));
      assertThat(answer.get("error").isNull()).isTrue();
      assertThat(answer.get("label").asInt()).isEqualTo(1);
      assertThat(answer.get("label_name").asText()).isEqualTo("bottom");
      assertThat(answer.get("model_version").asLong()).isPositive();
      assertThat(trainer.isAlive() && inference.isAlive()).isTrue();
    }
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  private record Ended(int status, List<String> lines) {
    boolean exitedWith(int expected) {
      return status == expected;
    }
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(360, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return new Ended(ended ? process.exitValue() : -1, Files.readAllLines(output));
  }
}
