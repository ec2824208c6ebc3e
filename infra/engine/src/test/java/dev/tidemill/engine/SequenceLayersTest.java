package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SequenceLayersTest {

  @Test
  void transformerHasPyTorchsNamesAndShapes() {
    Network network = Network.of(ModelSpec.load("transformer"));
    assertThat(parameters(network).limit(14))
        .containsExactly(
            "embedding.weight [256, 64]",
            "position.weight [64, 64]",
            "blocks.0.attention.norm.weight [64]",
            "blocks.0.attention.norm.bias [64]",
            "blocks.0.attention.heads.in_proj_weight [192, 64]",
            "blocks.0.attention.heads.in_proj_bias [192]",
            "blocks.0.attention.heads.out_proj.weight [64, 64]",
            "blocks.0.attention.heads.out_proj.bias [64]",
            "blocks.0.mlp.norm.weight [64]",
            "blocks.0.mlp.norm.bias [64]",
            "blocks.0.mlp.fc1.weight [256, 64]",
            "blocks.0.mlp.fc1.bias [256]",
            "blocks.0.mlp.fc2.weight [64, 256]",
            "blocks.0.mlp.fc2.bias [64]");
    assertThat(network.parameterCount()).isEqualTo(137_216);
  }

  @Test
  void answersWithTheClassesOfTheLastPosition() {
    Network network = Network.of(ModelSpec.load("transformer"));
    assertThat(network.outputShape()).containsExactly(64, 256);
    assertThat(network.outputLength()).isEqualTo(256);
    assertThat(network.labelsPerSample()).isEqualTo(64);
    assertThat(network.takesTokens()).isTrue();
  }

  @Test
  void pooledSequenceHasOneLabel() {
    Network network = Network.of(ModelSpec.load("lstm"));
    assertThat(network.outputShape()).containsExactly(4);
    assertThat(network.labelsPerSample()).isEqualTo(1);
    assertThat(network.takesTokens()).isFalse();
  }

  @Test
  void stackedBidirectionalLstmTakesBothDirections() {
    Network network =
        network(
            "[5, 3]", "{type: lstm, name: r, hidden_size: 4, num_layers: 2, bidirectional: true}");
    assertThat(network.outputShape()).containsExactly(5, 8);
    assertThat(parameters(network))
        .containsExactly(
            "r.weight_ih_l0 [16, 3]",
            "r.weight_hh_l0 [16, 4]",
            "r.bias_ih_l0 [16]",
            "r.bias_hh_l0 [16]",
            "r.weight_ih_l0_reverse [16, 3]",
            "r.weight_hh_l0_reverse [16, 4]",
            "r.bias_ih_l0_reverse [16]",
            "r.bias_hh_l0_reverse [16]",
            "r.weight_ih_l1 [16, 8]",
            "r.weight_hh_l1 [16, 4]",
            "r.bias_ih_l1 [16]",
            "r.bias_hh_l1 [16]",
            "r.weight_ih_l1_reverse [16, 8]",
            "r.weight_hh_l1_reverse [16, 4]",
            "r.bias_ih_l1_reverse [16]",
            "r.bias_hh_l1_reverse [16]");
  }

  @Test
  void linearAndLayerNormActOnTheLastDimension() {
    Network network =
        network(
            "[5, 3]", "{type: layer_norm, name: n}", "{type: linear, name: fc, out_features: 7}");
    assertThat(network.outputShape()).containsExactly(5, 7);
    assertThat(parameters(network))
        .containsExactly("n.weight [3]", "n.bias [3]", "fc.weight [7, 3]", "fc.bias [7]");
  }

  @Test
  void attentionWithoutBiasHasTwoTensors() {
    Network network =
        network("[5, 4]", "{type: multihead_attention, name: a, num_heads: 2, bias: false}");
    assertThat(parameters(network))
        .containsExactly("a.in_proj_weight [12, 4]", "a.out_proj.weight [4, 4]");
  }

  @Test
  void positionalEmbeddingRejectsAnotherLength() {
    Network network = Network.of(ModelSpec.load("transformer"));
    assertThat(network.shapeError(List.of(64L))).isEmpty();
    assertThat(network.shapeError(List.of(65L)))
        .hasValue(
            "input must have shape [64], got [65]; layer position (positional_embedding) takes a"
                + " length of 64 and would get 65");
    assertThat(Network.of(ModelSpec.load("lstm")).shapeError(List.of(64L, 2L)))
        .hasValue(
            "input must have shape [64, 1], got [64, 2]; layer lstm (lstm) takes 1 feature and"
                + " would get 2");
  }

  private static Stream<String> parameters(Network network) {
    return network.stateLayout().slices().stream()
        .filter(slice -> slice.kind() == StateLayout.Kind.PARAMETER)
        .map(slice -> slice.name() + " " + slice.shape());
  }

  private static Network network(String shape, String... layers) {
    return Network.of(
        ModelSpec.parse(
            """
            name: m
            input: {shape: %s}
            layers: [%s]
            loss: cross_entropy
            optimizer: {type: sgd}
            """
                .formatted(shape, String.join(", ", layers))));
  }
}
