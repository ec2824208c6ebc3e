package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.ResidentMemory;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithKafka
class TableIT {
  private static final int COLUMNS = 64;
  private static final int CLASSES = 10;
  private static final int TRAINED = 1200;
  private static final int TESTED = 300;

  private final KafkaCluster kafka;

  TableIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void learnsATableOf64Columns(@TempDir Path folder) throws Exception {
    String[] table = {"--data", "csv:" + table(folder), "--label", "class"};
    Pipeline pipeline = Pipeline.create(kafka, "table");
    Outcome sent = pipeline.run("produce", with(table, "--standardize", "--limit", "" + TRAINED));
    assertThat(sent.status()).as("%s", sent.error()).isZero();
    Outcome trained =
        pipeline
            .run("train", "--spec", "mlp", "--input-shape", "64", "--epochs", "8", "--exit-at-end")
            .done();
    assertThat(trained.out()).filteredOn(line -> line.startsWith("epoch ")).hasSize(8);
    if (ResidentMemory.peakBytes().isPresent()) {
      assertThat(trained.error())
          .anyMatch(line -> line.matches("train: peak memory [0-9.]+ [MG]iB"));
    }
    try (ChildJvm inference = pipeline.start("serve")) {
      Outcome asked = pipeline.run("predict", with(table, "--skip", "" + TRAINED, "--json")).done();
      assertThat(asked.out()).hasSize(TESTED);
      assertThat(asked.summary().get("accuracy").asDouble()).isGreaterThan(0.97);
      assertThat(inference.isAlive()).isTrue();
    }
  }

  private static String[] with(String[] table, String... options) {
    return java.util.stream.Stream.concat(
            java.util.Arrays.stream(table), java.util.Arrays.stream(options))
        .toArray(String[]::new);
  }

  /** Writes a table of ten noisy patterns of 8x8 cells with very different scales. */
  private static Path table(Path folder) throws IOException {
    Random random = new Random(64);
    double[][] patterns = new double[CLASSES][];
    for (int c = 0; c < CLASSES; c++) {
      patterns[c] = random.doubles(COLUMNS).toArray();
    }
    StringBuilder text = new StringBuilder();
    text.append(
        IntStream.range(0, COLUMNS).mapToObj(i -> "cell" + i).collect(Collectors.joining(",")));
    text.append(",class\n");
    for (int row = 0; row < TRAINED + TESTED; row++) {
      int c = random.nextInt(CLASSES);
      for (int i = 0; i < COLUMNS; i++) {
        double value = patterns[c][i] + random.nextGaussian() * 0.3;
        text.append(String.format(Locale.ROOT, "%.4f,", value * Math.pow(10, i % 5) + i));
      }
      text.append(c).append('\n');
    }
    return Files.writeString(folder.resolve("table.csv"), text);
  }
}
