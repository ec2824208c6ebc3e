package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpecFaultsTest {

  @Test
  void listsAllFaultsWithLocationAndValue() {
    assertThat(
            faults(
                """
                name: "my model"
                input: {shape: [1, 28, 28], scael: 0.5, pad: -1}
                layers:
                  - {type: conv2d, name: conv1, out_channels: six, kernel_size: 0}
                  - {type: rellu}
                  - {type: linear, name: fc1, out_features: 10}
                  - {type: max_pool2d, name: pool, kernel_size: 2}
                  - {type: linear, name: fc1, out_feature: 10}
                loss: cross_entropi
                optimizer: {type: sgd, learning_rate: -0.1, nesterov: true, lr: 3}
                schedule: {type: step, gamma: half}
                training: {batch_size: 0, max_grad_norm: 0, stop: {patience: 0}}
                layer: []
                """))
        .containsExactly(
            "spec: name must be up to 100 letters, digits, '.', '_' and '-', and begin with a"
                + " letter or digit, got 'my model'",
            "input: pad must be an integer of at least 0, got -1",
            "input: unknown key 'scael'; did you mean 'scale'?",
            "layers[0] conv1 (conv2d): out_channels must be an integer of at least 1, got 'six'",
            "layers[0] conv1 (conv2d): kernel_size must be an integer of at least 1, or [height,"
                + " width], got 0",
            "layers[1]: unknown type 'rellu'; did you mean 'relu'?",
            "layers[3] pool (max_pool2d): needs an input of shape [channels, height, width], got"
                + " [10]",
            "layers[4] fc1 (linear): out_features is missing; it must be an integer of at least 1",
            "layers[4] fc1 (linear): unknown key 'out_feature'; did you mean 'out_features'?",
            "layers[4] fc1 (linear): name must be unique; 'fc1' is also the name of layers[2]"
                + " fc1 (linear)",
            "spec: unknown loss 'cross_entropi'; did you mean 'cross_entropy'?",
            "optimizer: learning_rate must be a number of at least 0, got -0.1",
            "optimizer: nesterov requires a momentum above 0 and a dampening of 0, got momentum"
                + " 0.0, dampening 0.0",
            "optimizer: unknown key 'lr'; known: type, learning_rate, momentum, dampening,"
                + " nesterov, weight_decay, state_dtype",
            "schedule: step_size is missing; it must be a number of updates of at least 1",
            "schedule: gamma must be a number of at least 0, got 'half'",
            "training: batch_size must be an integer of at least 1, or full, got 0",
            "training: max_grad_norm must be a number above 0, got 0",
            "training.stop: tolerance is missing; it must be a number of at least 0",
            "training.stop: patience must be an integer of at least 1, got 0",
            "spec: unknown key 'layer'; did you mean 'layers'?");
  }

  @Test
  void namesEveryMissingSection() {
    assertThat(faults("{}"))
        .containsExactly(
            "spec: name must be up to 100 letters, digits, '.', '_' and '-', and begin with a"
                + " letter or digit, got nothing",
            "spec: input is missing",
            "layers: must be a list of 1 to 1000 layers, got nothing",
            "spec: loss is missing; known: cross_entropy, mse",
            "spec: optimizer is missing");
    assertThat(faults(""))
        .containsExactly("spec: must be a mapping, e.g. {key: value}, got nothing");
  }

  @Test
  void reportsASectionThatIsNotAMappingOnce() {
    assertThat(withOptimizer("sgd", "[8]", "{type: linear, out_features: 2}"))
        .containsExactly("optimizer: must be a mapping, e.g. {key: value}, got 'sgd'");
    assertThat(layers("[8]", "linear", "{type: linear, out_features: 2}"))
        .containsExactly("layers[0]: must be a mapping, e.g. {key: value}, got 'linear'");
  }

  @Test
  void namesTheShapeThatALayerRejects() {
    assertThat(layers("[1, 8, 8]", "{type: linear, name: fc1, out_features: 10}"))
        .containsExactly(
            "layers[0] fc1 (linear): needs an input of shape [features] or [length, features], got"
                + " [1, 8, 8]; add a flatten layer before it");
    assertThat(
            layers(
                "[1, 8, 8]",
                "{type: conv2d, out_channels: 2, kernel_size: 9}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] 0 (conv2d): needs an input of at least kernel_size 9 with padding 0, got"
                + " [1, 8, 8]");
  }

  @Test
  void checksTheOutputShapeForTheLoss() {
    assertThat(layers("[1, 8, 8]", "{type: conv2d, out_channels: 2, kernel_size: 3}"))
        .containsExactly(
            "loss: cross_entropy needs an output of shape [classes] or [length, classes], got"
                + " [2, 6, 6]; end the network with a flatten and a linear layer");
    assertThat(layers("[8]", "{type: linear, out_features: 1}"))
        .containsExactly("loss: cross_entropy needs at least 2 outputs, got [1]");
    assertThat(layers("[8]", "{type: relu}"))
        .containsExactly(
            "layers: none has parameters; add a layer that learns, e.g. linear or conv2d");
  }

  @Test
  void rejectsPoolingPaddingOverHalfTheKernel() {
    assertThat(
            layers(
                "[1, 8, 8]",
                "{type: avg_pool2d, kernel_size: 3, padding: 2}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] 0 (avg_pool2d): padding must be at most half of kernel_size 3, got 2");
  }

  @Test
  void rejectsSizesThatOverflow() {
    assertThat(layers("[2147483647, 2147483647, 2147483647]", "{type: flatten}"))
        .containsExactly(
            "input: shape [2147483647, 2147483647, 2147483647] with pad 0 has more than"
                + " 2147483647 values");
    assertThat(
            layers(
                "[1, 30000, 30000]",
                "{type: conv2d, name: wide, out_channels: 2147483647, kernel_size: 1}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] wide (conv2d): would output [2147483647, 30000, 30000], more than"
                + " 2147483647 values per sample");
    assertThat(
            layers(
                "[2147483647]",
                "{type: linear, name: fc1, out_features: 2147483647}",
                "{type: linear, name: fc2, out_features: 2147483647}",
                "{type: linear, name: fc3, out_features: 2147483647}"))
        .containsExactly(
            "layers: parameters, buffers and optimizer state must be at most 536870911 values in"
                + " total, got more than 2^63; the largest tensor is fc1.weight [2147483647,"
                + " 2147483647]");
  }

  @Test
  void countsOptimizerStateInTheSizeLimit() {
    String wide = "{type: linear, name: fc1, out_features: 40000}";
    assertThat(layers("[10000]", wide)).isEmpty();
    assertThat(withOptimizer("{type: adam}", "[10000]", wide))
        .singleElement()
        .asString()
        .contains("got 1200120000;", "fc1.weight [40000, 10000]");
  }

  @Test
  void rejectsBatchNormOnSingleValues() {
    List<String> faults =
        faults(
            """
            name: m
            input: {shape: [8]}
            layers: [{type: linear, out_features: 2}, {type: batch_norm1d, name: norm}]
            loss: cross_entropy
            optimizer: {type: sgd}
            training: {batch_size: 1}
            """);
    assertThat(faults)
        .containsExactly(
            "layers[1] norm (batch_norm1d): needs more than one value per channel in training, got"
                + " training.batch_size 1 and an input of shape [2]");
  }

  @Test
  void rejectsBatchNormOnMicroBatchesOfOne() {
    List<String> faults =
        faults(
            """
            name: m
            input: {shape: [8]}
            layers: [{type: linear, out_features: 2}, {type: batch_norm1d, name: norm}]
            loss: cross_entropy
            optimizer: {type: sgd}
            training: {batch_size: 8, micro_batch_size: 1}
            """);
    assertThat(faults)
        .containsExactly(
            "layers[1] norm (batch_norm1d): needs more than one value per channel in training, got"
                + " training.micro_batch_size 1 and an input of shape [2]");
  }

  @Test
  void checksMemorySettings() {
    List<String> faults =
        faults(
            """
            name: m
            input: {shape: [8]}
            layers: [{type: linear, out_features: 2}]
            loss: cross_entropy
            optimizer: {type: sgd, state_dtype: float16}
            training: {micro_batch_size: 0, activation_checkpointing: 1}
            """);
    assertThat(faults)
        .containsExactly(
            "optimizer: unknown state_dtype 'float16'; did you mean 'bfloat16'?",
            "training: micro_batch_size must be an integer of at least 1, got 0",
            "training: activation_checkpointing must be true or false, got 1");
  }

  @Test
  void rejectsLayerNamesReservedForTheOptimizer() {
    assertThat(layers("[8]", "{type: linear, name: optimizer.sum, out_features: 2}"))
        .singleElement()
        .asString()
        .startsWith("layers[0]: name must be up to 100 letters");
  }

  @Test
  void rejectsANameThatEqualsAnIndex() {
    assertThat(
            layers(
                "[8]",
                "{type: linear, name: \"1\", out_features: 2}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[1] 1 (linear): name must be unique; '1' is also the name of layers[0] 1"
                + " (linear)");
  }

  private static List<String> layers(String shape, String... layers) {
    return withOptimizer("{type: sgd}", shape, layers);
  }

  private static List<String> withOptimizer(String optimizer, String shape, String... layers) {
    return faults(
        """
        name: m
        input: {shape: %s}
        layers: [%s]
        loss: cross_entropy
        optimizer: %s
        """
            .formatted(shape, String.join(", ", layers), optimizer));
  }

  private static List<String> faults(String yaml) {
    InvalidSpecException e =
        catchThrowableOfType(InvalidSpecException.class, () -> ModelSpec.parse(yaml));
    return e == null ? List.of() : e.faults();
  }
}
