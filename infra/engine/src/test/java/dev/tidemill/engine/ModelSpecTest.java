package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.LayerSpec.Activation;
import dev.tidemill.engine.LayerSpec.Conv2d;
import dev.tidemill.engine.LayerSpec.MaxPool2d;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelSpecTest {
  private static final String EVERYTHING =
      """
      name: everything-1.0
      input: {shape: [3, 33, 32], scale: 0.5, pad: 1}
      layers:
        - {type: conv2d, out_channels: 4, kernel_size: [3, 5], stride: 2, padding: [1, 2], bias: false}
        - {type: batch_norm2d, name: block.norm, eps: 1e-3, momentum: 0.2}
        - {type: gelu, approximate: tanh}
        - {type: avg_pool2d, kernel_size: 3, stride: 1, padding: 1}
        - {type: sigmoid}
        - {type: flatten}
        - {type: dropout, p: 0.25}
        - {type: linear, out_features: 9, bias: false}
        - {type: batch_norm1d}
        - {type: tanh}
        - {type: gelu}
        - {type: linear, name: "false", out_features: 2}
      loss: mse
      optimizer: {type: rmsprop, alpha: 0.9, momentum: 0.5, centered: true, state_dtype: bfloat16}
      schedule: {type: cosine, t_max: 1000, eta_min: 1e-5, warmup_steps: 10}
      training: {batch_size: full, seed: -9223372036854775808, max_grad_norm: 2.5, stop: {tolerance: 1e-4, patience: 3}, micro_batch_size: 5, activation_checkpointing: true}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"lenet", "mlp", "resnet", "lstm", "transformer"})
  void builtInSpecsRoundTripThroughYaml(String name) {
    ModelSpec spec = ModelSpec.load(name);
    ModelSpec again = ModelSpec.parse(spec.toYaml());
    assertThat(again).isEqualTo(spec);
    assertThat(again.toYaml()).isEqualTo(spec.toYaml());
  }

  @Test
  void everyArgumentRoundTripsThroughYaml() {
    ModelSpec spec = ModelSpec.parse(EVERYTHING);
    assertThat(ModelSpec.parse(spec.toYaml())).isEqualTo(spec);
    assertThat(spec.training())
        .isEqualTo(
            new TrainingSpec(
                TrainingSpec.FULL_BATCH,
                Long.MIN_VALUE,
                OptionalDouble.of(2.5),
                Optional.of(new TrainingSpec.Stop(1e-4, 3)),
                OptionalInt.of(5),
                true));
    assertThat(spec.optimizer().stateType()).isEqualTo(StateType.BFLOAT16);
    assertThat(spec.schedule()).isEqualTo(new ScheduleSpec.Cosine(1000, 1e-5, 10));
    assertThat(spec.layers().get(0))
        .isEqualTo(new Conv2d("0", 4, new Size2d(3, 5), Size2d.of(2), new Size2d(1, 2), false));
    assertThat(spec.layers().get(2)).isEqualTo(new Activation("2", Activation.Kind.GELU_TANH));
  }

  @Test
  void writesEveryDefaultToYaml() {
    assertThat(ModelSpec.load("lenet").toYaml())
        .startsWith(
            """
            name: lenet
            input: {shape: [1, 28, 28], scale: 0.00392156862745098, pad: 2}
            layers:
              - {type: conv2d, name: conv1, out_channels: 6, kernel_size: 5, stride: 1, padding: 0, bias: true}
              - {type: relu, name: "1"}
              - {type: max_pool2d, name: "2", kernel_size: 2, stride: 2, padding: 0}
            """)
        .endsWith(
            """
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.01, momentum: 0.9, dampening: 0, nesterov: false, weight_decay: 0}
            schedule: {type: constant, warmup_steps: 0}
            training: {batch_size: 64, seed: 1}
            """);
  }

  @Test
  void poolingStrideDefaultsToKernelSize() {
    ModelSpec lenet = ModelSpec.load("lenet");
    assertThat(lenet.layers().get(2))
        .isEqualTo(new MaxPool2d("2", Size2d.of(2), Size2d.of(2), Size2d.of(0)));
  }

  @Test
  void readsAFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("mine.yaml"), EVERYTHING);
    assertThat(ModelSpec.load(file.toString())).isEqualTo(ModelSpec.parse(EVERYTHING));
  }

  @Test
  void listsBuiltInSpecsIfASpecDoesNotExist() {
    assertThatThrownBy(() -> ModelSpec.load("lenett"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage(
            "no spec 'lenett': it is neither a file nor a built-in spec (lenet, mlp, resnet,"
                + " lstm, transformer)");
  }

  @Test
  void overridesChangeOnlyWhatTheyName() {
    ModelSpec spec =
        ModelSpec.load("lenet")
            .withOverrides(
                Map.of(
                    "optimizer",
                    "sgd",
                    "learning-rate",
                    "1e-3",
                    "batch-size",
                    "full",
                    "seed",
                    "7"));
    assertThat(spec.optimizer()).isEqualTo(new OptimizerSpec.Sgd(0.001, 0.9, 0, false, 0));
    assertThat(spec.training().fullBatch()).isTrue();
    assertThat(spec.training().seed()).isEqualTo(7);
    assertThat(spec.layers()).isEqualTo(ModelSpec.load("lenet").layers());
  }

  @Test
  void changingTheOptimizerResetsItsArguments() {
    assertThat(ModelSpec.load("lenet").withOverrides(Map.of("optimizer", "adamw")).optimizer())
        .isEqualTo(new OptimizerSpec.AdamW(0.001, 0.9, 0.999, 1e-8, 0.01, false));
  }

  @Test
  void namesEveryInvalidOverride() {
    assertThatThrownBy(
            () ->
                ModelSpec.load("lenet")
                    .withOverrides(
                        Map.of("batchsize", "8", "learning-rate", "fast", "seed", "1.5")))
        .isInstanceOfSatisfying(
            InvalidSpecException.class,
            e ->
                assertThat(e.faults())
                    .containsExactly(
                        "unknown override 'batchsize'; did you mean 'batch-size'?",
                        "learning-rate must be a number, got 'fast'",
                        "seed must be an integer, got '1.5'"));
    assertThatThrownBy(() -> ModelSpec.load("lenet").withOverrides(Map.of("learning-rate", "-1")))
        .hasMessage("optimizer: learning_rate must be a number of at least 0, got -1.0");
  }

  @Test
  void mlpAdaptsToInputShapeAndClasses() {
    Network network =
        Network.of(
            ModelSpec.load("mlp").withInput(new InputSpec(List.of(64), 1, 0)).withOutputs(3));
    assertThat(network.stateLayout().slice("fc1.weight").shape()).containsExactly(128, 64);
    assertThat(network.outputLength()).isEqualTo(3);
  }

  @Test
  void rejectsAnInputThatLayersCannotTake() {
    assertThatThrownBy(() -> ModelSpec.load("lenet").withInput(new InputSpec(List.of(64), 1, 0)))
        .hasMessage(
            "layers[0] conv1 (conv2d): needs an input of shape [channels, height, width], got"
                + " [64]");
  }

  @Test
  void optimizerArgumentsDefaultToPyTorchs() {
    assertThat(optimizer("{type: sgd}")).isEqualTo(new OptimizerSpec.Sgd(1e-3, 0, 0, false, 0));
    assertThat(optimizer("{type: adagrad}"))
        .isEqualTo(new OptimizerSpec.Adagrad(1e-2, 0, 0, 0, 1e-10));
    assertThat(optimizer("{type: rmsprop}"))
        .isEqualTo(new OptimizerSpec.Rmsprop(1e-2, 0.99, 1e-8, 0, 0, false));
    assertThat(optimizer("{type: adam, betas: [0.8, 0.9], amsgrad: true}"))
        .isEqualTo(new OptimizerSpec.Adam(1e-3, 0.8, 0.9, 1e-8, 0, true));
  }

  private static OptimizerSpec optimizer(String yaml) {
    return ModelSpec.parse(
            """
            name: m
            input: {shape: [2]}
            layers: [{type: linear, out_features: 2}]
            loss: mse
            optimizer: %s
            """
                .formatted(yaml))
        .optimizer();
  }
}
