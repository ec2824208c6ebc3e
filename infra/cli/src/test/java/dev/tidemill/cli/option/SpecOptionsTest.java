package dev.tidemill.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemill.engine.InvalidSpecException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.OptimizerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class SpecOptionsTest {
  @Test
  void leavesTheSpecUnchangedWithoutOptions() {
    assertThat(spec()).isEqualTo(ModelSpec.load("lenet"));
    assertThat(spec("--spec", "mlp")).isEqualTo(ModelSpec.load("mlp"));
  }

  @Test
  void eachOptionOverridesOnlyItsOwnPart() {
    ModelSpec lenet = ModelSpec.load("lenet");
    ModelSpec spec =
        spec(
            "--optimizer", "adam", "--learning-rate", "0.002", "--batch-size", "16", "--seed", "9");

    assertThat(spec.optimizer()).isInstanceOf(OptimizerSpec.Adam.class);
    assertThat(spec.optimizer().learningRate()).isEqualTo(0.002);
    assertThat(spec.training().batchSize()).isEqualTo(16);
    assertThat(spec.training().seed()).isEqualTo(9);
    assertThat(spec.layers()).isEqualTo(lenet.layers());
    assertThat(spec.input()).isEqualTo(lenet.input());
    assertThat(spec.loss()).isEqualTo(lenet.loss());
  }

  @Test
  void setsInputShapeAndOutputs() {
    ModelSpec spec = spec("--spec", "mlp", "--input-shape", "64", "--outputs", "3");

    assertThat(spec.input().shape()).containsExactly(64);
    assertThat(spec.input().scale()).isEqualTo(1);
    assertThat(Network.of(spec).outputLength()).isEqualTo(3);
  }

  @Test
  void reportsAllFaultsTogether() {
    InvalidSpecException fault =
        catchThrowableOfType(
            InvalidSpecException.class,
            () -> spec("--optimizer", "adamm", "--learning-rate", "quick", "--batch-size", "-1"));

    assertThat(fault.faults())
        .anySatisfy(text -> assertThat(text).contains("adamm"))
        .anySatisfy(text -> assertThat(text).contains("quick"))
        .anySatisfy(text -> assertThat(text).contains("-1"));
  }

  @Test
  void saysHowToSetTheSizesThatASpecLeavesToTheData(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("spec.yaml");
    String yaml =
        """
        name: cities
        input: {shape: [4]}
        layers:
          - {type: column_embedding, name: columns, embedding_dim: 2%s}
          - {type: linear, name: fc, out_features: {auto: 3}}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.05}
        training: {batch_size: 8, seed: 1}
        """;
    Files.writeString(file, yaml.formatted(""));
    assertThatThrownBy(() -> spec("--spec", file.toString()))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("--outputs")
        .hasMessageContaining("columns: {auto: {3: 120}}");
    Files.writeString(file, yaml.formatted(", columns: {auto: {3: 120}}"));
    assertThat(Network.of(spec("--spec", file.toString())).categories(3)).hasValue(120);
  }

  @Command
  private static final class Holder {
    @Mixin private SpecOptions options = new SpecOptions();
  }

  private static ModelSpec spec(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.options.modelSpec();
  }
}
