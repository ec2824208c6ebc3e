package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Python programs of infra/examples against a pipeline. */
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
    assumeInstalled();
    Pipeline pipeline = Pipeline.create(kafka, "python");
    try (ChildJvm trainer = pipeline.start("train", "--set", "checkpoint.interval.ms=1000");
        ChildJvm inference = pipeline.start("serve")) {
      List<String> lines = example("participant.py", pipeline, List.of());
      JsonNode answer = Outcome.parse(lines.get(lines.size() - 1));
      assertThat(answer.get("error").isNull()).isTrue();
      assertThat(answer.get("label").asInt()).isEqualTo(1);
      assertThat(answer.get("label_name").asText()).isEqualTo("bottom");
      assertThat(answer.get("model_version").asLong()).isPositive();
      assertThat(trainer.isAlive() && inference.isAlive()).isTrue();
    }
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /**
   * One table is standardized and another one adds a class. The same rows get the same answers from
   * a CSV file, from JSON lines and from Python, and from a pinned version those of its own time.
   */
  @Test
  void namedValuesGetTheAnswersOfTables() throws Exception {
    assumeInstalled();
    Pipeline pipeline = Pipeline.create(kafka, "python-table");
    Path old = table("old.csv", List.of("mild", "hot"));
    Path grown = table("grown.csv", List.of("hot", "icy"));
    pipeline.run("produce", "--data", "csv:" + old, "--standardize").done();
    try (ChildJvm inference = pipeline.start("serve")) {
      train(pipeline);
      long before = pipeline.newest().getVersion();
      List<Answer> ofOld = sameAnswersFromEverywhere(pipeline, before);
      pipeline.run("produce", "--data", "csv:" + grown, "--set", "data.new.classes=append").done();
      train(pipeline);
      List<Answer> ofNew = sameAnswersFromEverywhere(pipeline, pipeline.newest().getVersion());
      assertThat(ofOld).allMatch(answer -> answer.outputs().size() == 2);
      assertThat(ofNew).allMatch(answer -> answer.outputs().size() == 3);
      assertThat(ofNew).extracting(Answer::name).contains("icy");
      pipeline.run("models pin", Long.toString(before)).done();
      assertThat(sameAnswersFromEverywhere(pipeline, before)).isEqualTo(ofOld);
      assertThat(inference.isAlive()).isTrue();
    }
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** A class name and the outputs. */
  private record Answer(String name, List<Float> outputs) {
    static Answer of(JsonNode row, String outputs) {
      List<Float> values = new ArrayList<>();
      row.get(outputs).forEach(value -> values.add((float) value.asDouble()));
      return new Answer(row.get("label_name").asText(), values);
    }
  }

  private static void train(Pipeline pipeline) {
    pipeline
        .run(
            "train",
            "--spec",
            "mlp",
            "--epochs",
            "20",
            "--exit-at-end",
            "--set",
            "checkpoint.keep=50")
        .done();
  }

  /** A temperature, a sky and one of two classes, which differ in the temperature. */
  private Path table(String name, List<String> classes) throws IOException {
    Map<String, Integer> degrees = Map.of("icy", -20, "mild", 10, "hot", 35);
    List<String> rows = new ArrayList<>(List.of("degrees,sky,label"));
    for (int i = 0; i < 200; i++) {
      String label = classes.get(i % 2);
      String sky = i % 3 == 0 ? "clear" : "gray";
      rows.add(Outcome.of(degrees, label) + i % 7 + "." + i % 10 + "," + sky + "," + label);
    }
    return Files.write(folder.resolve(name), rows);
  }

  private List<Answer> sameAnswersFromEverywhere(Pipeline pipeline, long version) throws Exception {
    Path csv =
        Files.write(
            folder.resolve("asked.csv"),
            List.of("sky,degrees", "clear,36.5", "gray,13.25", "clear,-17.5", "gray,30"));
    List<String> lines =
        List.of(
            "{\"degrees\": 36.5, \"sky\": \"clear\"}",
            "{\"sky\": \"gray\", \"degrees\": 13.25}",
            "{\"sky\": \"clear\", \"degrees\": -17.5}",
            "{\"degrees\": 30, \"sky\": \"gray\"}");
    Path jsonLines =
        Files.write(
            folder.resolve("asked.jsonl"),
            lines.stream().map(line -> "{\"features\": " + line + "}").toList());
    Eventually.await()
        .until(() -> asked(pipeline, "csv:" + csv).get(0).get("model_version").asLong() == version);
    List<JsonNode> table = asked(pipeline, "csv:" + csv);
    List<JsonNode> json = asked(pipeline, "jsonl:" + jsonLines);
    List<JsonNode> python =
        example("ask.py", pipeline, lines).stream().map(Outcome::parse).toList();
    for (List<JsonNode> rows : List.of(table, json, python)) {
      assertThat(rows).allMatch(row -> row.get("model_version").asLong() == version);
    }
    List<Answer> answers = answers(table, "probabilities");
    assertThat(answers).hasSize(lines.size());
    assertThat(answers(json, "probabilities")).isEqualTo(answers);
    assertThat(answers(python, "outputs")).isEqualTo(answers);
    return answers;
  }

  private static List<Answer> answers(List<JsonNode> rows, String outputs) {
    return rows.stream().map(row -> Answer.of(row, outputs)).toList();
  }

  /** The answers in the order of the rows. Those of different partitions come in any order. */
  private static List<JsonNode> asked(Pipeline pipeline, String data) {
    return pipeline.run("predict", "--data", data, "--json").done().rows().stream()
        .sorted(Comparator.comparing(row -> row.get("request").asText()))
        .toList();
  }

  private void assumeInstalled() throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON))
            && run(List.of("-c", "import avro, confluent_kafka"), List.of()).status() == 0,
        PYTHON + " lacks avro or confluent_kafka");
  }

  private List<String> example(String name, Pipeline pipeline, List<String> input)
      throws Exception {
    Ended ended =
        run(
            List.of(
                ROOT.resolve("infra/examples/" + name).toString(),
                kafka.bootstrapServers(),
                pipeline.model,
                ROOT.resolve("schemas/src/main/resources/published").toString()),
            input);
    assertThat(ended.status()).as("%s", ended).isZero();
    return ended.lines();
  }

  private record Ended(int status, List<String> lines) {}

  private Ended run(List<String> arguments, List<String> input)
      throws IOException, InterruptedException {
    // Without -B, Python would leave a folder of its own beside the examples.
    List<String> command = new ArrayList<>(List.of(PYTHON, "-B"));
    command.addAll(arguments);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Files.write(folder.resolve("input"), input).toFile())
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
