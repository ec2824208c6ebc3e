package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTreeTest {
  private final Network resnet = Network.of(ModelSpec.load("resnet"));

  @Test
  void blockPrefixesTheNamesOfItsLayers() {
    Network.Layer block = resnet.layers().get(5);
    assertThat(block.name()).isEqualTo("block2");
    assertThat(block.inputShape()).containsExactly(16, 28, 28);
    assertThat(block.outputShape()).containsExactly(32, 14, 14);
    assertThat(block.tensors()).isEmpty();
    assertThat(block.body().stream().map(Network.Layer::name))
        .containsExactly(
            "block2.conv1", "block2.norm1", "block2.2", "block2.conv2", "block2.norm2");
    assertThat(block.shortcut().stream().map(Network.Layer::name))
        .containsExactly("block2.shortcut.conv", "block2.shortcut.norm");
    assertThat(block.shortcut().get(0).tensor("weight").orElseThrow().shape())
        .containsExactly(32, 16, 1, 1);
  }

  @Test
  void stateContainsTensorsOfBlocksInOrder() {
    List<String> names =
        resnet.stateLayout().slices().stream().map(StateLayout.Slice::name).toList();
    assertThat(names.subList(0, 3)).containsExactly("conv.weight", "norm.weight", "norm.bias");
    assertThat(names)
        .containsSubsequence(
            "block2.norm2.bias",
            "block2.shortcut.conv.weight",
            "block3.conv1.weight",
            "fc.bias",
            "norm.running_mean",
            "block2.shortcut.norm.running_var",
            "optimizer.exp_avg.conv.weight",
            "optimizer.exp_avg_sq.block3.shortcut.norm.bias");
    assertThat(resnet.parameterCount()).isEqualTo(77_754);
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void numbersABlockBeforeItsLayers() {
    List<Network.Layer> all = resnet.allLayers();
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).index()).isEqualTo(i);
    }
    assertThat(all.stream().map(Network.Layer::name))
        .containsSubsequence("block2", "block2.conv1", "block2.shortcut.conv", "6", "block3");
  }

  @Test
  void unrollsNestedRepeats() {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: m
            input: {shape: [4]}
            layers:
              - type: repeat
                name: outer
                times: 2
                layers:
                  - {type: repeat, times: 2, layers: [{type: linear, name: fc, out_features: 4}]}
                  - {type: relu}
              - {type: linear, out_features: 2}
            loss: mse
            optimizer: {type: sgd}
            """);
    assertThat(spec.layers().stream().map(LayerSpec::name))
        .containsExactly(
            "outer.0.0.0.fc",
            "outer.0.0.1.fc",
            "outer.0.1",
            "outer.1.0.0.fc",
            "outer.1.0.1.fc",
            "outer.1.1",
            "1");
    assertThat(ModelSpec.parse(spec.toYaml())).isEqualTo(spec);
  }

  @Test
  void namesTheLayerInABlockThatRejectsAnInput() {
    assertThat(resnet.shapeError(List.of(3L, 28L, 28L)))
        .hasValue(
            "input must have shape [1, 28, 28], got [3, 28, 28]; layer conv (conv2d) takes 1"
                + " channel and would get 3");
    Network block =
        Network.of(
            ModelSpec.parse(
                """
                name: m
                input: {shape: [4]}
                layers: [{type: residual, name: block, layers: [{type: linear, name: fc, out_features: 4}]}]
                loss: mse
                optimizer: {type: sgd}
                """));
    assertThat(block.shapeError(List.of(5L)))
        .hasValue(
            "input must have shape [4], got [5]; layer block.fc (linear) takes 4 features and would"
                + " get 5");
  }
}
