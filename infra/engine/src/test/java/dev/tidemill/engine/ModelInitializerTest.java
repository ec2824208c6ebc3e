package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ModelInitializerTest {
  private final ModelSpec lenet = ModelSpec.load("lenet");

  @Test
  void sameSeedGivesSameBits() {
    assertThat(checksum(ModelState.initial(lenet, 1))).isEqualTo(3513603082L);
    assertThat(checksum(ModelState.initial(lenet, 2)))
        .isNotEqualTo(checksum(ModelState.initial(lenet, 1)));
  }

  @Test
  void weightsAndBiasesAreUniformByFanIn() {
    ModelState state = ModelState.initial(lenet, 3);
    uniform(state, "conv2.weight", 1 / Math.sqrt(6 * 5 * 5));
    uniform(state, "fc1.weight", 1 / Math.sqrt(400));
    uniform(state, "fc1.bias", 1 / Math.sqrt(400));
  }

  @Test
  void optimizerStateStartsAtZeroOrAtAdagradsAccumulator() {
    ModelState state = ModelState.initial(lenet, 1);
    assertThat(floats(state, "optimizer.momentum_buffer.fc1.weight")).containsOnly(0f);
    ModelSpec adagrad = lenet.withOptimizer(new OptimizerSpec.Adagrad(0.01, 0, 0, 0.25, 1e-10));
    assertThat(floats(ModelState.initial(adagrad, 1), "optimizer.sum.fc3.bias"))
        .containsOnly(0.25f);
  }

  @Test
  void batchNormStartsAsIdentity() {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: m
            input: {shape: [2, 4, 4]}
            layers:
              - {type: batch_norm2d, name: norm}
              - {type: flatten}
              - {type: linear, out_features: 2}
            loss: mse
            optimizer: {type: sgd}
            """);
    ModelState state = ModelState.initial(spec, 1);
    assertThat(floats(state, "norm.weight")).containsExactly(1, 1);
    assertThat(floats(state, "norm.bias")).containsExactly(0, 0);
    assertThat(floats(state, "norm.running_mean")).containsExactly(0, 0);
    assertThat(floats(state, "norm.running_var")).containsExactly(1, 1);
    assertThat(state.layout().slices().stream().map(StateLayout.Slice::name))
        .containsExactly(
            "norm.weight",
            "norm.bias",
            "2.weight",
            "2.bias",
            "norm.running_mean",
            "norm.running_var");
  }

  @Test
  void changingALayerKeepsTheWeightsOfOthers() {
    ModelState wider = ModelState.initial(lenet.withOutputs(11), 1);
    assertThat(floats(wider, "fc1.weight"))
        .containsExactly(floats(ModelState.initial(lenet, 1), "fc1.weight"));
  }

  @Test
  void lstmWeightsAreUniformByHiddenSize() {
    ModelState state = ModelState.initial(ModelSpec.load("lstm"), 3);
    uniform(state, "lstm.weight_ih_l0", 1.0 / 8);
    uniform(state, "lstm.weight_hh_l0", 1.0 / 8);
    uniform(state, "lstm.bias_hh_l0", 1.0 / 8);
  }

  @Test
  void attentionIsInitializedAsInPyTorch() {
    ModelState state = ModelState.initial(ModelSpec.load("transformer"), 3);
    uniform(state, "blocks.0.attention.heads.in_proj_weight", Math.sqrt(6.0 / (192 + 64)));
    uniform(state, "blocks.1.attention.heads.out_proj.weight", 1.0 / 8);
    assertThat(floats(state, "blocks.0.attention.heads.in_proj_bias")).containsOnly(0f);
    assertThat(floats(state, "blocks.0.attention.heads.out_proj.bias")).containsOnly(0f);
    assertThat(floats(state, "blocks.0.attention.norm.weight")).containsOnly(1f);
    assertThat(floats(state, "norm.bias")).containsOnly(0f);
  }

  @Test
  void embeddingsAreNormallyDistributed() {
    ModelState state = ModelState.initial(ModelSpec.load("transformer"), 3);
    normal(floats(state, "embedding.weight"), 1);
    normal(floats(state, "position.weight"), 0.02);
  }

  private static void normal(float[] values, double deviation) {
    double n = values.length;
    double sum = 0;
    double squares = 0;
    double within = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
      within += Math.abs(value) < deviation ? 1 : 0;
    }
    assertThat(sum / n).isEqualTo(0, within(4 * deviation / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n)).isEqualTo(deviation, within(4 * deviation / Math.sqrt(n)));
    assertThat(within / n).isEqualTo(0.6827, within(2 / Math.sqrt(n)));
  }

  private static void uniform(ModelState state, String name, double bound) {
    float[] values = floats(state, name);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      assertThat((double) Math.abs(value)).isLessThanOrEqualTo(bound);
      sum += value;
      squares += (double) value * value;
    }
    double n = values.length;
    double deviation = bound / Math.sqrt(3);
    assertThat(sum / n).isEqualTo(0, within(5 * deviation / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n)).isEqualTo(deviation, within(3 * deviation / Math.sqrt(n)));
  }

  private static float[] floats(ModelState state, String name) {
    FloatBuffer buffer = state.data(state.layout().slice(name)).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static long checksum(ModelState state) {
    CRC32 crc = new CRC32();
    crc.update(state.data().duplicate());
    return crc.getValue();
  }
}
