package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpecFaultsTest {

  @Test
  void namesAllFaultsAtOnceWithPlaceNeedAndGot() {
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
            "spec: name needs letters, digits, '.', '_' and '-', got 'my model'",
            "input: pad needs a whole number of at least 0, got -1",
            "input: unknown key 'scael'; did you mean 'scale'?",
            "layers[0] conv1 (conv2d): out_channels needs a whole number of at least 1, got 'six'",
            "layers[0] conv1 (conv2d): kernel_size needs a whole number of at least 1, or [height,"
                + " width], got 0",
            "layers[1]: type got 'rellu'; did you mean 'relu'?",
            "layers[3] pool (max_pool2d): needs an input of shape [channels, height, width], got"
                + " [10]",
            "layers[4] fc1 (linear): out_features is missing; it needs a whole number of at least"
                + " 1",
            "layers[4] fc1 (linear): unknown key 'out_feature'; did you mean 'out_features'?",
            "layers[4] fc1 (linear): name needs to be unique, got 'fc1' as in layers[2] fc1"
                + " (linear)",
            "spec: loss got 'cross_entropi'; did you mean 'cross_entropy'?",
            "optimizer: learning_rate needs a number of at least 0, got -0.1",
            "optimizer: nesterov needs a momentum above 0 and no dampening, got momentum 0.0,"
                + " dampening 0.0",
            "optimizer: unknown key 'lr'; known: type, learning_rate, momentum, dampening,"
                + " nesterov, weight_decay, state_dtype",
            "schedule: step_size is missing; it needs a number of updates of at least 1",
            "schedule: gamma needs a number of at least 0, got 'half'",
            "training: batch_size needs a whole number of at least 1, or full, got 0",
            "training: max_grad_norm needs a number above 0, got 0",
            "training.stop: tolerance is missing; it needs a number of at least 0",
            "training.stop: patience needs a whole number of at least 1, got 0",
            "spec: unknown key 'layer'; did you mean 'layers'?");
  }

  @Test
  void namesEverySectionThatIsMissing() {
    assertThat(faults("{}"))
        .containsExactly(
            "spec: name needs letters, digits, '.', '_' and '-', got nothing",
            "spec: input is missing",
            "layers: needs a list of 1 to 1000 layers, got nothing",
            "spec: loss is missing; known: cross_entropy, mse",
            "spec: optimizer is missing");
    assertThat(faults(""))
        .containsExactly("spec: needs keys and values, e.g. {key: value}, got nothing");
  }

  @Test
  void aSectionThatIsNoMapIsOneFault() {
    assertThat(withOptimizer("sgd", "[8]", "{type: linear, out_features: 2}"))
        .containsExactly("optimizer: needs keys and values, e.g. {key: value}, got 'sgd'");
    assertThat(layers("[8]", "linear", "{type: linear, out_features: 2}"))
        .containsExactly("layers[0]: needs keys and values, e.g. {key: value}, got 'linear'");
  }

  @Test
  void aLayerThatCannotTakeItsInputSaysWhatItGot() {
    assertThat(layers("[1, 8, 8]", "{type: linear, name: fc1, out_features: 10}"))
        .containsExactly(
            "layers[0] fc1 (linear): needs an input of shape [features] or [length, features], got"
                + " [1, 8, 8]; put a flatten before it");
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
  void theLossNeedsARowOfOutputs() {
    assertThat(layers("[1, 8, 8]", "{type: conv2d, out_channels: 2, kernel_size: 3}"))
        .containsExactly(
            "loss: cross_entropy needs one row of outputs a sample, or one at every place of a"
                + " sequence, got [2, 6, 6]; put a flatten and a linear layer last");
    assertThat(layers("[8]", "{type: linear, out_features: 1}"))
        .containsExactly("loss: cross_entropy needs at least 2 outputs, got [1]");
    assertThat(layers("[8]", "{type: relu}"))
        .containsExactly(
            "layers: none of them learns anything; a linear or conv2d layer is needed");
  }

  @Test
  void poolingIsPaddedByAtMostHalfItsKernel() {
    assertThat(
            layers(
                "[1, 8, 8]",
                "{type: avg_pool2d, kernel_size: 3, padding: 2}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] 0 (avg_pool2d): padding needs at most half of kernel_size 3, got 2");
  }

  @Test
  void sizesThatOverflowAreRefusedWithoutAllocating() {
    assertThat(layers("[2147483647, 2147483647, 2147483647]", "{type: flatten}"))
        .containsExactly(
            "input: shape [2147483647, 2147483647, 2147483647] with pad 0 holds more than"
                + " 2147483647 values");
    assertThat(
            layers(
                "[1, 30000, 30000]",
                "{type: conv2d, name: wide, out_channels: 2147483647, kernel_size: 1}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] wide (conv2d): would give [2147483647, 30000, 30000], more than 2147483647"
                + " values a sample");
    assertThat(
            layers(
                "[2147483647]",
                "{type: linear, name: fc1, out_features: 2147483647}",
                "{type: linear, name: fc2, out_features: 2147483647}",
                "{type: linear, name: fc3, out_features: 2147483647}"))
        .containsExactly(
            "layers: a model's parameters, buffers and optimizer state may be 536870911 values in"
                + " all, got more than 2^63; the largest tensor is fc1.weight [2147483647,"
                + " 2147483647]");
  }

  @Test
  void theOptimizersStateCountsForTheBoundOfAModel() {
    String wide = "{type: linear, name: fc1, out_features: 40000}";
    assertThat(layers("[10000]", wide)).isEmpty();
    assertThat(withOptimizer("{type: adam}", "[10000]", wide))
        .singleElement()
        .asString()
        .contains("got 1200120000;", "fc1.weight [40000, 10000]");
  }

  @Test
  void batchNormCannotTrainOnSingleValues() {
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
            "layers[1] norm (batch_norm1d): needs more than one value a channel to train on, got"
                + " training.batch_size 1 and an input of shape [2]");
  }

  @Test
  void batchNormCannotTrainOnPartsOfSingleValuesEither() {
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
            "layers[1] norm (batch_norm1d): needs more than one value a channel to train on, got"
                + " training.micro_batch_size 1 and an input of shape [2]");
  }

  @Test
  void settingsOfMemoryAreChecked() {
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
            "optimizer: state_dtype got 'float16'; did you mean 'bfloat16'?",
            "training: micro_batch_size needs a whole number of at least 1, got 0",
            "training: activation_checkpointing needs true or false, got 1");
  }

  @Test
  void namesThatWouldMeetTheOptimizersTensorsAreRefused() {
    assertThat(layers("[8]", "{type: linear, name: optimizer.sum, out_features: 2}"))
        .singleElement()
        .asString()
        .startsWith("layers[0]: name needs letters");
  }

  @Test
  void aPositionalNameCanMeetAGivenOne() {
    assertThat(
            layers(
                "[8]",
                "{type: linear, name: \"1\", out_features: 2}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[1] 1 (linear): name needs to be unique, got '1' as in layers[0] 1 (linear)");
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
