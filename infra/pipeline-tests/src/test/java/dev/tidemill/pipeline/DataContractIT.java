package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables as people have them, from the file to named answers, by the commands of
 * docs/feeding-data.md. They are drawn from seeds, and shaped like data sets that are published.
 */
@WithKafka
class DataContractIT {
  private static final int TESTED = 100;

  private final KafkaCluster kafka;
  @TempDir private Path folder = Path.of("");

  DataContractIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  /** Like a list of passengers: texts, and empty cells. */
  @Test
  void classifiesTableWithTextsAndEmptyCells() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      boolean woman = random.nextBoolean();
      int tier = 1 + random.nextInt(3);
      boolean saved = woman ? tier < 3 : tier == 1 && random.nextInt(4) > 0;
      String age = random.nextInt(5) == 0 ? "" : Integer.toString(1 + random.nextInt(80));
      rows.add(
          String.join(
              ",",
              saved ? "saved" : "lost",
              "\"Doe, " + (woman ? "Mrs" : "Mr") + " " + i + "\"",
              woman ? "female" : "male",
              age,
              Integer.toString(tier)));
    }
    Path file = write("list.csv", "outcome,name,sex,age,tier", rows);
    Pipeline pipeline = Pipeline.create(kafka, "list");
    String[] table = {"--data", "csv:" + file, "--label", "outcome", "--set", "data.exclude=name"};
    JsonNode summary =
        trained(
            pipeline,
            table,
            "mlp",
            "--standardize",
            "--set",
            "data.missing=median",
            "--set",
            "data.missing.indicator=true",
            "--set",
            "data.categories=tier");
    assertThat(summary.get("accuracy").asDouble()).isGreaterThan(0.85);
    assertThat(summary.get("classes").get("saved").get("recall").asDouble()).isGreaterThan(0.7);
  }

  /** Like measurements of wine: semicolons, decimal commas, and a target with a unit. */
  @Test
  void predictsTargetOfTableWithSemicolonsAndDecimalCommas() throws Exception {
    SplittableRandom random = new SplittableRandom(2);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      double acid = 4 + 4 * random.nextDouble();
      double sugar = 30 * random.nextDouble();
      double price = 100 + 25 * acid - 3 * sugar + random.nextGaussian();
      rows.add(comma(acid) + ";" + comma(sugar) + ";" + comma(price));
    }
    Path file = write("wine.csv", "acid;sugar;price", rows);
    Pipeline pipeline = Pipeline.create(kafka, "wine");
    String[] table = {"--data", "csv:" + file, "--label", "price", "--set", "data.decimal=comma"};
    JsonNode summary = trained(pipeline, table, regression().toString(), "--standardize");
    assertThat(summary.get("r2").asDouble()).isGreaterThan(0.95);
    assertThat(summary.get("rmse").asDouble()).as("in units of the price").isBetween(0.5, 12.0);
  }

  /** Like measurements of grapes: no header, and labels from 1 in the first column. */
  @Test
  void classifiesTableWithoutHeaderWithLabelsFromOne() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      int kind = 1 + random.nextInt(3);
      rows.add(
          String.format(
              Locale.ROOT,
              "%d,%.2f,%.2f",
              kind,
              kind * 10 + 2 * random.nextGaussian(),
              100 - kind * 20 + 4 * random.nextGaussian()));
    }
    Path file = write("grapes.csv", null, rows);
    Pipeline pipeline = Pipeline.create(kafka, "grapes");
    String[] table = {
      "--data", "csv:" + file, "--label", "kind", "--set", "data.columns=kind,alcohol,ash"
    };
    JsonNode summary = trained(pipeline, table, "mlp", "--standardize");
    assertThat(summary.get("accuracy").asDouble()).isGreaterThan(0.95);
    assertThat(summary.get("classes").has("3")).isTrue();
    assertThat(summary.get("classes").has("0")).isFalse();
    assertThat(pipeline.newest().getSamples()).isEqualTo(30L * (700 - TESTED));
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** Some programs write whole numbers without a point; they are targets like the others. */
  @Test
  void wholeNumbersAmongFractionsOfJsonLinesAreTrainedAsTargets() throws Exception {
    List<String> targets = List.of("7", "1.25", "12");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      lines.add("{\"inputs\": [" + i % 9 + ", 0.5], \"label\": " + targets.get(i % 3) + "}");
    }
    Path file = write("targets.jsonl", null, lines);
    Pipeline pipeline = Pipeline.create(kafka, "targets");
    Outcome sent = pipeline.run("produce", "--data", "jsonl:" + file, "--batch-size", "30").done();
    assertThat(sent.error())
        .anySatisfy(line -> assertThat(line).contains("sent 90 samples in 3 records"));
    pipeline.run("train", "--spec", regression().toString(), "--epochs", "1").done();
    assertThat(pipeline.newest().getSamples()).isEqualTo(90);
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** Daily files with their own columns and classes train one model with one meaning. */
  @Test
  void dailyFilesAndRawRequestsMeanTheSame() throws Exception {
    List<String> day1 = new ArrayList<>();
    List<String> day2 = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double noise = (i % 10) / 100.0;
      day1.add(i % 2 == 0 ? (1 + noise) + ",5,maple" : (9 + noise) + ",5,oak");
      day2.add(i % 2 == 0 ? "birch,old," + (5 + noise) + ",9" : "oak,old," + (9 + noise) + ",5");
    }
    Pipeline pipeline = Pipeline.create(kafka, "trees");
    String[] first = {"--data", "csv:" + write("day1.csv", "leaf,bark,label", day1)};
    String[] second = {"--data", "csv:" + write("day2.csv", "label,note,bark,leaf", day2)};
    assertSent(pipeline.run("produce", with(first, "--standardize")));
    Outcome refused = pipeline.run("produce", second);
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.error()).anyMatch(line -> line.contains("`birch` is new to contract"));
    try (ChildJvm inference = pipeline.start("serve")) {
      pipeline.run("train", "--spec", "mlp", "--epochs", "10", "--exit-at-end").done();
      assertSent(pipeline.run("produce", with(second, "--set", "data.new.classes=append")));
      Outcome again =
          pipeline.run("train", "--spec", "mlp", "--epochs", "20", "--exit-at-end").done();
      assertThat(again.error()).anyMatch(line -> line.contains("grew from 2 to 3 classes"));
      Path csv = write("new.csv", "bark,leaf", List.of("5,1.02", "5,9.02", "9.02,9"));
      Path lines =
          write(
              "new.jsonl",
              null,
              List.of(
                  "{\"features\":{\"leaf\":1.02,\"bark\":5}}",
                  "{\"features\":{\"bark\":5,\"leaf\":9.02}}",
                  "{\"features\":{\"leaf\":9,\"bark\":9.02}}"));
      List<String> answers = names(pipeline.run("predict", "--data", "csv:" + csv, "--json"));
      assertThat(answers).hasSize(3).startsWith("maple", "oak");
      assertThat(names(pipeline.run("predict", "--data", "jsonl:" + lines, "--json")))
          .isEqualTo(answers);
      assertThat(inference.isAlive()).isTrue();
    }
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  private Path regression() throws IOException {
    return Files.writeString(
        folder.resolve("regression.yaml"),
        """
        name: regression
        input: {shape: auto}
        layers:
          - {type: linear, name: fc1, out_features: 16}
          - {type: relu}
          - {type: linear, name: fc2, out_features: auto}
        loss: mse
        optimizer: {type: adam, learning_rate: 0.01}
        training: {batch_size: 16, seed: 1}
        """);
  }

  private static List<String> names(Outcome asked) {
    // Answers to requests in different partitions come in any order.
    return asked.done().out().stream()
        .map(Outcome::parse)
        .sorted(Comparator.comparing(answer -> answer.get("request").asText()))
        .map(answer -> answer.get("label_name").asText())
        .toList();
  }

  private JsonNode trained(Pipeline pipeline, String[] table, String spec, String... meaning)
      throws Exception {
    String[] all = with(table, meaning);
    assertSent(pipeline.run("produce", with(all, "--limit", Integer.toString(700 - TESTED))));
    pipeline.run("train", "--spec", spec, "--epochs", "30", "--exit-at-end").done();
    try (ChildJvm inference = pipeline.start("serve")) {
      Outcome asked =
          pipeline
              .run(
                  "predict",
                  with(table, "--skip", Integer.toString(700 - TESTED), "--report", "--json"))
              .done();
      assertThat(asked.out()).hasSize(TESTED);
      assertThat(inference.isAlive()).isTrue();
      return asked.summary();
    }
  }

  private static void assertSent(Outcome sent) {
    assertThat(sent.status()).as("%s", sent.error()).isZero();
  }

  private static String comma(double number) {
    return String.format(Locale.ROOT, "%.2f", number).replace('.', ',');
  }

  private Path write(String name, @Nullable String header, List<String> rows) throws IOException {
    List<String> lines = new ArrayList<>(rows);
    if (header != null) {
      lines.add(0, header);
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static String[] with(String[] options, String... more) {
    return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
  }
}
