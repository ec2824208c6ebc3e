package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table whose label follows only from a column with many texts, in no order of theirs. */
@WithKafka
class CategoryColumnIT {
  private static final int CITIES = 45;
  private static final String GREW =
      "layer columns grew from 45 to 46 categories of feature `city` with contract version 2: town";

  private final KafkaCluster kafka;
  private final SplittableRandom random = new SplittableRandom(5);
  @TempDir private Path folder = Path.of("");

  CategoryColumnIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  private String row(int city) {
    String label = city * 37 % 11 < 5 ? "rain" : "sun";
    return String.format(Locale.ROOT, "%.2f,city%02d,%s", 20 * random.nextDouble(), city, label);
  }

  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private List<String> rows(int count) {
    List<String> rows = new ArrayList<>(List.of("wind,city,label"));
    for (int i = 0; i < count; i++) {
      rows.add(row(i % CITIES));
    }
    return rows;
  }

  @Test
  void learnsCategoriesByTheirEmbeddingAlsoAppendedOnes() throws Exception {
    Path spec =
        write(
            "columns.yaml",
            List.of(
                "name: columns",
                "layers:",
                "  - {type: column_embedding, name: columns, embedding_dim: 8}",
                "  - {type: linear, name: fc1, out_features: 16}",
                "  - {type: relu}",
                "  - {type: linear, name: fc2, out_features: auto}",
                "loss: cross_entropy",
                "optimizer: {type: adam, learning_rate: 0.01}",
                "training: {batch_size: 16, seed: 1}"));
    Pipeline pipeline = Pipeline.create(kafka, "cities");
    produce(pipeline, write("first.csv", rows(600)), "--standardize");
    train(pipeline, spec);
    Path tested = write("tested.csv", rows(2 * CITIES));
    Outcome asked = ask(pipeline, tested, "--label", "label", "--report");
    assertThat(asked.summary().get("accuracy").asDouble()).isGreaterThan(0.95);

    append(pipeline);
    List<String> more = rows(200);
    for (int i = 0; i < 40; i++) {
      more.add("3.5,town,rain");
    }
    produce(pipeline, write("second.csv", more));
    assertThat(train(pipeline, spec).error()).anyMatch(line -> line.contains(GREW));
    assertThat(pipeline.versions())
        .anySatisfy(version -> assertThat(version.getChanges()).contains(GREW));
    assertThat(pipeline.state(pipeline.newest()).layout().slice("columns.1.weight").shape())
        .containsExactly(46, 8);
    Outcome named = ask(pipeline, write("town.csv", List.of("wind,city", "9.5,town")));
    assertThat(Outcome.parse(named.out().get(0)).get("label_name").asText()).isEqualTo("rain");
    assertThat(pipeline.deadLetters()).isEmpty();
  }

  /** Appends a category to the contract, as a person does: in the file that `show` prints. */
  private void append(Pipeline pipeline) throws IOException {
    String shown = String.join("\n", pipeline.run("contract show").done().out()) + "\n";
    String grown = shown.replaceFirst("(categories: \\[[^]]*)]", "$1, town]");
    assertThat(grown).isNotEqualTo(shown);
    Path file = write("contract.yaml", List.of(grown));
    Outcome unused = pipeline.run("contract apply", file.toString()).done();
  }

  private static void produce(Pipeline pipeline, Path file, String... more) {
    List<String> options = new ArrayList<>(List.of("--data", "csv:" + file, "--label", "label"));
    options.addAll(List.of(more));
    Outcome sent = pipeline.run("produce", options.toArray(String[]::new));
    assertThat(sent.status()).as("%s", sent.error()).isZero();
  }

  /** Asks a worker that starts with the newest version. */
  private static Outcome ask(Pipeline pipeline, Path file, String... more) throws Exception {
    List<String> options = new ArrayList<>(List.of("--data", "csv:" + file, "--json"));
    options.addAll(List.of(more));
    try (ChildJvm inference = pipeline.start("serve")) {
      Outcome asked = pipeline.run("predict", options.toArray(String[]::new)).done();
      assertThat(inference.isAlive()).isTrue();
      return asked;
    }
  }

  private static Outcome train(Pipeline pipeline, Path spec) {
    return pipeline
        .run("train", "--spec", spec.toString(), "--epochs", "20", "--exit-at-end")
        .done();
  }
}
