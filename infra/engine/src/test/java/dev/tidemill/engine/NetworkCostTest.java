package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkCostTest {

  /** The FLOPs come from PyTorch's FlopCounterMode, in src/test/python/saved_tensors.py. */
  @ParameterizedTest
  @CsvSource({"lenet, 833040", "mlp, 203264", "resnet, 18691840"})
  void countsFlopsAsPyTorch(String spec, long flops) {
    assertThat(cost(spec).flops()).isEqualTo(flops);
  }

  @Test
  void countsFlopsOfLstmAndAttention() {
    // 64 positions, 4 gates of 64 units, each with 1 input and 64 recurrent values. Then 4 classes
    // from the pooled row.
    assertThat(cost("lstm").flops()).isEqualTo(2L * (64 * 4 * 64 * (1 + 64) + 64 * 4));
    // Per position and block: 3 + 1 projections, two products with 64 positions, 2 linear layers.
    long block = 64L * (4 * 64 * 64 + 2 * 64 * 64 + 2 * 64 * 256);
    assertThat(cost("transformer").flops()).isEqualTo(2 * (2 * block + 64L * 64 * 256));
  }

  /**
   * The bytes come from the same program with PyTorch 2.13. For lenet, PyTorch also saves a padded
   * image and uses 8-byte indices.
   */
  @ParameterizedTest
  @CsvSource({
    "lenet, 49088, 0.15",
    "mlp, 3696, 0.01",
    "resnet, 492740, 0.01",
    "lstm, 270360, 0.05",
    "transformer, 628224, 0.01"
  })
  void estimatesActivationsThatPyTorchSaves(String spec, double saved, double tolerance) {
    assertThat(cost(spec).activationBytes() / saved).isEqualTo(1, within(tolerance));
  }

  /** From the same program: oneDNN's workspace grows with the input width and the directions. */
  @ParameterizedTest
  @CsvSource({"256, 1, false, 660120", "1, 2, true, 1312536"})
  void estimatesTheWorkspaceOfLstms(int features, int layers, boolean both, double saved) {
    NetworkCost cost =
        cost(
            "[64, " + features + "]",
            "{type: lstm, hidden_size: 64, num_layers: "
                + layers
                + ", bidirectional: "
                + both
                + "}",
            "{type: sequence_pool, mode: mean}",
            "{type: linear, out_features: 4}");
    assertThat(cost.activationBytes() / saved).isEqualTo(1, within(0.06));
  }

  @Test
  void countsEachSavedValueOnce() {
    NetworkCost cost =
        cost(
            "[8]",
            "{type: linear, name: a, out_features: 5}",
            "{type: relu, name: r}",
            "{type: linear, name: b, out_features: 4}",
            "{type: gelu, name: g}",
            "{type: dropout, name: d}",
            "{type: linear, name: c, out_features: 3}");
    assertThat(values(cost, LayerCost::activationBytes))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "input", 32L, "a", 0L, "r", 20L, "b", 16L, "g", 0L, "d", 32L, "c", 0L, "loss",
                12L));
    assertThat(values(cost, LayerCost::parameters)).containsEntry("a", 45L).containsEntry("r", 0L);
    assertThat(cost.parameters()).isEqualTo(45 + 24 + 15);
  }

  @Test
  void countsTheInputOfABlockOnce() {
    NetworkCost cost =
        cost(
            "[4]",
            "{type: linear, name: a, out_features: 4}",
            "{type: residual, name: r, layers: [{type: linear, name: b, out_features: 4}, {type:"
                + " tanh, name: t}], shortcut: [{type: linear, name: s, out_features: 4}]}",
            "{type: linear, name: c, out_features: 3}");
    assertThat(values(cost, LayerCost::activationBytes))
        .containsAllEntriesOf(
            Map.of("a", 16L, "r.b", 0L, "r.t", 16L, "r.shortcut.s", 0L, "r", 16L));
    assertThat(cost.layers().stream().map(LayerCost::name))
        .containsExactly("input", "a", "r.b", "r.t", "r.shortcut.s", "r", "c", "loss");
    assertThat(cost.layers().get(2).block()).isEqualTo("r");
    assertThat(cost.layers().get(6).block()).isNull();
  }

  @Test
  void memoryGrowsWithTheMicroBatch() {
    MemoryNeed one = cost("lenet").memory(1);
    MemoryNeed many = cost("lenet").memory(128);
    assertThat(many.activations()).isEqualTo(128 * one.activations());
    assertThat(one.parameters()).isEqualTo(61_706 * 4);
    assertThat(one.gradients()).isEqualTo(61_706 * 4);
    assertThat(one.optimizer()).isEqualTo(61_706 * 4);
    assertThat(one.total())
        .isEqualTo(one.parameters() + one.gradients() + one.optimizer() + one.activations());
    MemoryNeed parts = with("lenet", "seed: 1", "seed: 1, micro_batch_size: 16").memory(128);
    assertThat(parts.atOnce()).isEqualTo(16);
    assertThat(parts.activations()).isEqualTo(16 * one.activations());
  }

  @Test
  void activationCheckpointingKeepsOneBlockAtATime() {
    NetworkCost cost = cost("transformer");
    long blocks =
        cost.layers().stream()
            .filter(layer -> layer.block() != null)
            .mapToLong(LayerCost::activationBytes)
            .sum();
    long largest =
        cost.layers().stream()
            .filter(layer -> "blocks.0.mlp".equals(layer.block()))
            .mapToLong(LayerCost::activationBytes)
            .sum();
    long saved =
        cost.memory(1).activations()
            - with("transformer", "seed: 1", "seed: 1, activation_checkpointing: true")
                .memory(1)
                .activations();
    assertThat(saved).isEqualTo(blocks - largest).isPositive();
  }

  @Test
  void bfloat16HalvesTheOptimizerState() {
    MemoryNeed full = cost("transformer").memory(1);
    MemoryNeed half =
        with("transformer", "amsgrad: false", "amsgrad: false, state_dtype: bfloat16").memory(1);
    assertThat(full.optimizer()).isEqualTo(2 * 137_216 * 4);
    assertThat(half.optimizer()).isEqualTo(full.optimizer() / 2);
    assertThat(half.parameters()).isEqualTo(full.parameters());
  }

  private static Map<String, Long> values(NetworkCost cost, Function<LayerCost, Long> value) {
    return cost.layers().stream().collect(Collectors.toMap(LayerCost::name, value));
  }

  private static NetworkCost cost(String spec) {
    return NetworkCost.of(Network.of(ModelSpec.load(spec)));
  }

  private static NetworkCost with(String spec, String text, String instead) {
    String yaml = ModelSpec.load(spec).toYaml();
    assertThat(yaml).contains(text);
    return NetworkCost.of(Network.of(ModelSpec.parse(yaml.replace(text, instead))));
  }

  private static NetworkCost cost(String shape, String... layers) {
    return NetworkCost.of(
        Network.of(
            ModelSpec.parse(
                """
                name: m
                input: {shape: %s}
                layers: [%s]
                loss: cross_entropy
                optimizer: {type: sgd}
                """
                    .formatted(shape, String.join(", ", List.of(layers))))));
  }
}
