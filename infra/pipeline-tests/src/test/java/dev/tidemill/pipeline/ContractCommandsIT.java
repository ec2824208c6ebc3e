package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that show, compare, derive, write and replace a data contract. */
@WithKafka
class ContractCommandsIT {
  @TempDir private Path dir;

  private final KafkaCluster kafka;

  ContractCommandsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void contractOfAModelFromItsDataToAReplacement() throws IOException {
    Pipeline pipeline = Pipeline.create(kafka, "contract");
    String table = "csv:" + write("t.csv", "x,color,label\n1,red,cat\n3,blue,dog\n");

    Outcome derived = pipeline.run("contract derive", "--data", table, "--standardize");
    assertThat(derived.status()).isZero();
    assertThat(derived.out()).contains("- {name: x, kind: number, mean: 2.0}");
    Path file = write("contract.yaml", String.join("\n", derived.out()) + "\n");

    Outcome none = pipeline.run("contract show");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.error()).last().asString().contains("has no data contract");

    assertThat(pipeline.run("produce", "--data", table, "--standardize").done().status()).isZero();
    Outcome shown = pipeline.run("contract show").done();
    assertThat(shown.out().get(0)).startsWith("# contract version 1 of model " + pipeline.model);
    assertThat(shown.out()).containsAll(derived.out());
    Outcome same = pipeline.run("contract diff", file.toString()).done();
    assertThat(same.out().get(0)).startsWith("no difference from contract version 1");
    assertThat(pipeline.run("contract stats").done().out())
        .anySatisfy(line -> assertThat(line).startsWith("x: 2 samples, 0 missing, mean 2.00000"))
        .contains("  dog: 1");

    String text = Files.readString(file);
    Path grown = write("grown.yaml", text.replace("[cat, dog]", "[cat, dog, cow]"));
    assertThat(pipeline.run("contract diff", grown.toString()).done().out())
        .containsExactly("class `cow` is new, with number 2");
    Outcome applied = pipeline.run("contract apply", grown.toString()).done();
    assertThat(applied.out().get(0)).startsWith("wrote contract version 2");
    assertThat(pipeline.run("contract stats").done().out())
        .as("what was measured is kept")
        .anySatisfy(line -> assertThat(line).startsWith("x: 2 samples"));

    Path swapped = write("swapped.yaml", text.replace("[cat, dog]", "[dog, cat]"));
    assertThat(pipeline.run("contract diff", swapped.toString()).status()).isEqualTo(1);
    Outcome refused = pipeline.run("contract apply", swapped.toString());
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.error())
        .last()
        .asString()
        .contains("class `cat` has number 1 instead of 0", "tidemill contract replace");
    Outcome replaced = pipeline.run("contract replace", swapped.toString());
    assertThat(replaced.status()).isZero();
    assertThat(replaced.error()).last().asString().contains("versions before 3 are refused");
    assertThat(pipeline.run("contract show").done().out().get(0))
        .endsWith("compatible with batches since version 3");

    Path broken = write("broken.yaml", "features: [{nam: x}]\n");
    Outcome faulty = pipeline.run("contract apply", broken.toString());
    assertThat(faulty.status()).isEqualTo(1);
    assertThat(faulty.error()).last().asString().contains("broken.yaml", "unknown key `nam`");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }
}
