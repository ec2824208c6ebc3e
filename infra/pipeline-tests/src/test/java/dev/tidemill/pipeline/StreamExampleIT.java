package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.cli.Tidemill;
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

/** Runs infra/examples/SensorStream.java and pump.yaml as infra/examples/README.md does. */
@WithKafka
class StreamExampleIT {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("tidemill.root", "."), "infra", "examples");
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  StreamExampleIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void learnsFromALivePipeAndAnswersAnotherOne() throws Exception {
    Pipeline pipeline = Pipeline.create(kafka, "pump");
    List<String> unused = pipe(pipeline, List.of("2048", "1"), "produce", "--data", "jsonl:-");
    Outcome trained =
        pipeline
            .run("train", "--spec", EXAMPLES.resolve("pump.yaml").toString(), "--exit-at-end")
            .done();
    assertThat(pipeline.newest().getSamples()).as("%s", trained.error()).isEqualTo(2048);

    try (ChildJvm inference = pipeline.start("serve")) {
      List<String> answers =
          pipe(pipeline, List.of("200", "2"), "predict", "--data", "jsonl:-", "--json");
      assertThat(answers.stream().filter(line -> line.contains("\"label\""))).hasSize(200);
      String summary =
          answers.stream().filter(line -> line.contains("\"accuracy\"")).findAny().orElseThrow();
      assertThat(Outcome.parse(summary).get("accuracy").asDouble()).isGreaterThan(0.95);
      assertThat(inference.isAlive()).isTrue();
    }
  }

  /** Runs a command that reads the stream; what it prints, on both of its streams. */
  private List<String> pipe(
      Pipeline pipeline, List<String> streamArguments, String command, String... options)
      throws IOException, InterruptedException {
    Path output = folder.resolve(command);
    List<String> stream =
        new java.util.ArrayList<>(List.of(JAVA, EXAMPLES.resolve("SensorStream.java").toString()));
    stream.addAll(streamArguments);
    List<Process> processes =
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder(stream).redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder(
                        ChildJvm.command(
                            Tidemill.class.getName(), pipeline.arguments(command, options)))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())));
    for (Process process : processes) {
      assertThat(process.waitFor(6, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    return Files.readAllLines(output);
  }
}
