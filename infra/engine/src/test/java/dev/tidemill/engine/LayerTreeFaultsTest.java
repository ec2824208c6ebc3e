package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTreeFaultsTest {

  @Test
  void namesBothShapesIfSummandsOfABlockDiffer() {
    assertThat(
            layers(
                "[4]",
                "{type: residual, name: b, layers: [{type: linear, name: fc, out_features: 5}]}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] b (residual): cannot add the output of its layers, [5], to its input,"
                + " [4], because the shapes differ; add a shortcut");
    assertThat(
            layers(
                "[4]",
                "{type: residual, name: b, layers: [{type: linear, out_features: 5}], shortcut:"
                    + " [{type: linear, out_features: 6}]}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0] b (residual): cannot add the output of its layers, [5], to the output of"
                + " its shortcut, [6], because the shapes differ");
  }

  @Test
  void reportsFaultsInBlocksWithTheirPath() {
    assertThat(
            layers(
                "[4]",
                "{type: linear, out_features: 4}",
                "{type: residual, name: b, layers: [{type: tanh}, {type: linear, name: fc}],"
                    + " shortcut: [{type: conv2d, name: c, out_channels: 2, kernel_size: 1}]}"))
        .containsExactly(
            "layers[1].layers[1] b.fc (linear): out_features is missing; it must be an integer of"
                + " at least 1",
            "layers[1].shortcut[0] b.shortcut.c (conv2d): needs an input of shape [channels,"
                + " height, width], got [4]");
  }

  @Test
  void reportsAFaultInARepeatOnce() {
    assertThat(
            layers(
                "[4]",
                "{type: repeat, name: r, times: 50, layers: [{type: linear, name: fc, out_feature:"
                    + " 4}]}"))
        .containsExactly(
            "layers[0].layers[0] r.0.fc (linear): out_features is missing; it must be an integer of"
                + " at least 1",
            "layers[0].layers[0] r.0.fc (linear): unknown key 'out_feature'; did you mean"
                + " 'out_features'?");
    assertThat(
            layers(
                "[1, 8, 8]",
                "{type: repeat, name: halve, times: 9, layers: [{type: max_pool2d, name: pool,"
                    + " kernel_size: 2}]}",
                "{type: flatten}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0].layers[0] halve.3.pool (max_pool2d): needs an input of at least kernel_size"
                + " 2 with padding 0, got [1, 1, 1]");
  }

  @Test
  void rejectsBlocksAndRepeatsWithoutLayers() {
    assertThat(
            layers(
                "[4]",
                "{type: residual, layers: []}",
                "{type: repeat, times: 2}",
                "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[0].layers: must be a list of 1 to 1000 layers, got 0 layers",
            "layers[1].layers: must be a list of 1 to 1000 layers, got nothing");
  }

  @Test
  void countsEachRepetitionOfALayer() {
    String thousand = "{type: repeat, times: 1000, layers: [{type: relu}]}";
    String linear = "{type: linear, out_features: 2}";
    assertThat(layers("[4]", "{type: repeat, times: 999, layers: [{type: relu}]}", linear))
        .isEmpty();
    assertThat(layers("[4]", thousand, linear))
        .containsExactly(
            "layers: must be at most 1000 layers in total, counting those in blocks and each"
                + " repetition");
    assertThat(
            layers(
                "[4]",
                "{type: repeat, times: 2000000000, layers: [{type: repeat, times: 2000000000,"
                    + " layers: [{type: relu}]}]}",
                linear))
        .containsExactly(
            "layers: must be at most 1000 layers in total, counting those in blocks and each"
                + " repetition");
  }

  @Test
  void rejectsDuplicateNamesInTheTree() {
    assertThat(
            layers(
                "[4]",
                "{type: residual, name: b, layers: [{type: linear, name: shortcut.fc, out_features:"
                    + " 4}], shortcut: [{type: linear, name: fc, out_features: 4}]}"))
        .containsExactly(
            "layers[0].shortcut[0] b.shortcut.fc (linear): name must be unique;"
                + " 'b.shortcut.fc' is also the name of layers[0].layers[0] b.shortcut.fc"
                + " (linear)");
    assertThat(
            layers(
                "[4, 4]",
                "{type: multihead_attention, name: a, num_heads: 2}",
                "{type: linear, name: a.out_proj, out_features: 4}"))
        .containsExactly(
            "layers: two tensors would have the name a.out_proj.weight; rename one of the layers",
            "layers: two tensors would have the name a.out_proj.bias; rename one of the layers");
  }

  @Test
  void rejectsHeadsThatDoNotDivideTheFeatures() {
    assertThat(layers("[5, 6]", "{type: multihead_attention, name: a, num_heads: 4}"))
        .containsExactly(
            "layers[0] a (multihead_attention): num_heads must divide the 6 features of a"
                + " position, got 4");
  }

  @Test
  void tokensNeedAnUnscaledEmbeddingAsFirstLayer() {
    String embedding = "{type: embedding, name: e, num_embeddings: 8, embedding_dim: 4}";
    assertThat(layers("[5], scale: 0.5", embedding))
        .containsExactly(
            "input: scale must be 1, because layer e (embedding) takes token numbers, got 0.5");
    assertThat(layers("[5]", "{type: relu}", embedding, "{type: linear, out_features: 2}"))
        .containsExactly(
            "layers[1] e (embedding): takes token numbers, so it must be the first layer");
    assertThat(layers("[5]", "{type: residual, name: b, layers: [" + embedding + "]}"))
        .containsExactly(
            "layers[0].layers[0] b.e (embedding): takes token numbers, so it must be the first"
                + " layer");
    assertThat(layers("[5, 4]", embedding))
        .containsExactly(
            "layers[0] e (embedding): needs an input of token numbers, shape [length], got [5, 4]");
    assertThat(layers("[5], pad: 1", embedding))
        .containsExactly(
            "input: pad is only for images of shape [channels, height, width], got shape [5]");
  }

  @Test
  void sequenceLayersRejectOtherShapes() {
    for (String layer :
        List.of(
            "{type: lstm, name: s, hidden_size: 4}",
            "{type: positional_embedding, name: s}",
            "{type: multihead_attention, name: s, num_heads: 2}",
            "{type: sequence_pool, name: s, mode: mean}")) {
      assertThat(layers("[4]", layer))
          .singleElement()
          .asString()
          .endsWith("needs a sequence, an input of shape [length, features], got [4]");
    }
    assertThat(layers("[1, 4, 4]", "{type: layer_norm, name: n}"))
        .first()
        .isEqualTo(
            "layers[0] n (layer_norm): needs an input of shape [features] or [length, features],"
                + " got [1, 4, 4]; add a flatten layer before it");
    assertThat(layers("[4, 4]", "{type: batch_norm1d, name: n}"))
        .containsExactly(
            "layers[0] n (batch_norm1d): needs an input of shape [features], got [4, 4]; add a"
                + " flatten layer before it");
  }

  @Test
  void checksArgumentsOfSequenceLayers() {
    assertThat(layers("[4, 4]", "{type: lstm, name: s, hidden_size: 4, dropout: 0.5}"))
        .containsExactly(
            "layers[0] s (lstm): dropout applies between stacked layers, so num_layers must be at"
                + " least 2, got 1");
    assertThat(layers("[4, 4]", "{type: sequence_pool, name: p, mode: first}"))
        .containsExactly("layers[0] p (sequence_pool): unknown mode 'first'; known: last, mean");
    assertThat(layers("[4, 4]", "{type: lstm, name: s, hidden_size: 2000000000}"))
        .containsExactly(
            "layers[0] s (lstm): 4 x hidden_size must be at most 2147483647, got 8000000000");
  }

  @Test
  void rejectsSequenceOutputsForARegression() {
    List<String> faults =
        faults(
            """
            name: m
            input: {shape: [5, 4]}
            layers: [{type: linear, out_features: 2}]
            loss: mse
            optimizer: {type: sgd}
            """);
    assertThat(faults)
        .containsExactly(
            "loss: mse needs an output of shape [outputs], got [5, 2]; end the network with a"
                + " flatten and a linear layer");
  }

  private static List<String> layers(String shape, String... layers) {
    return faults(
        """
        name: m
        input: {shape: %s}
        layers: [%s]
        loss: cross_entropy
        optimizer: {type: sgd}
        """
            .formatted(shape, String.join(", ", layers)));
  }

  private static List<String> faults(String yaml) {
    InvalidSpecException e =
        catchThrowableOfType(InvalidSpecException.class, () -> ModelSpec.parse(yaml));
    return e == null ? List.of() : e.faults();
  }
}
