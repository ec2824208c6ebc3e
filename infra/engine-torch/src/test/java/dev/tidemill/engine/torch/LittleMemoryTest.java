package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What trains a model in less memory changes what it should, and no more. */
class LittleMemoryTest {
  private static final String BLOCKS =
      """
      name: blocks
      input: {shape: [1, 8, 8]}
      layers:
        - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
        - type: residual
          name: block1
          layers:
            - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
            - {type: batch_norm2d, name: norm}
            - {type: dropout, p: 0.3}
        - {type: relu}
        - type: residual
          name: block2
          layers:
            - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
            - {type: dropout, p: 0.2}
        - {type: flatten}
        - {type: linear, name: fc, out_features: 4}
      loss: cross_entropy
      optimizer: {type: adam, learning_rate: 0.01%s}
      training: {batch_size: 16, seed: 5%s}
      """;

  @Test
  void blocksThatAreComputedAgainChangeNoBit() {
    float[] kept = Samples.tensors(trained(BLOCKS.formatted("", ""), 10, 10));
    float[] again =
        Samples.tensors(trained(BLOCKS.formatted("", ", activation_checkpointing: true"), 10, 10));
    assertThat(again).isEqualTo(kept);
  }

  @Test
  void gradientGatheredFromPartsIsThatOfTheWhole() {
    String plain =
        """
        name: plain
        input: {shape: [6]}
        layers: [{type: linear, out_features: 5}, {type: tanh}, {type: linear, out_features: 3}]
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.1}
        training: {batch_size: 16, seed: 5%s}
        """;
    float[] whole = Samples.tensors(trained(plain.formatted(""), 10, 10));
    float[] parts = Samples.tensors(trained(plain.formatted(", micro_batch_size: 5"), 10, 10));
    assertThat(parts).containsExactly(whole, within(1e-6f));
  }

  @Test
  void batchWithAPartThatFailsLeavesNoGradientBehind() {
    ModelSpec spec = ModelSpec.parse(BLOCKS.formatted("", ", micro_batch_size: 4"));
    Samples samples = new Samples(spec, 16);
    ByteBuffer inputs = ByteBuffer.allocate(8 * spec.input().length());
    ByteBuffer labels = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 0, 1, 2, 99});
    TensorBatch bad = new TensorBatch();
    bad.add(ElementType.UINT8, inputs, 1, 0, ElementType.UINT8, labels, 0, 8);
    ModelState sound = ModelState.initial(spec, 5);
    ModelState after = ModelState.initial(spec, 5);
    for (ModelState state : new ModelState[] {sound, after}) {
      try (TrainableModel model = new TorchEngine().create(state, 1)) {
        if (state == after) {
          assertThatThrownBy(() -> model.step(bad)).hasMessageContaining("label 99");
        }
        model.step(samples.batch(0, 16));
        model.snapshot(state);
      }
    }
    assertThat(parameters(after)).isEqualTo(parameters(sound));
  }

  @Test
  void narrowOptimizerStateIsResumedToTheBit() {
    String narrow = BLOCKS.formatted(", state_dtype: bfloat16", "");
    assertThat(Samples.tensors(trained(narrow, 10, 4)))
        .isEqualTo(Samples.tensors(trained(narrow, 10, 10)));
  }

  @Test
  void narrowOptimizerStateIsRoundedAndTrainsAlike() {
    ModelState narrow = trained(BLOCKS.formatted(", state_dtype: bfloat16", ""), 10, 10);
    float[] wide = Samples.tensors(trained(BLOCKS.formatted("", ""), 10, 10));
    float[] tensors = Samples.tensors(narrow);
    int parameters = (int) narrow.layout().parameterLength();
    for (int i = parameters; i < tensors.length; i++) {
      if (i >= tensors.length - 2 * parameters) {
        assertThat(Float.floatToRawIntBits(tensors[i]) & 0xFFFF).isZero();
      }
    }
    for (int i = 0; i < parameters; i++) {
      assertThat(tensors[i]).isCloseTo(wide[i], within(0.02f));
    }
    assertThat(tensors).isNotEqualTo(wide);
  }

  private static float[] parameters(ModelState state) {
    return Arrays.copyOf(Samples.tensors(state), (int) state.layout().parameterLength());
  }

  /** After some steps, the model thrown away and made anew from its snapshot after one of them. */
  private static ModelState trained(String yaml, int steps, int stopAfter) {
    ModelSpec spec = ModelSpec.parse(yaml);
    Samples samples = new Samples(spec, 16 * steps);
    ModelState state = ModelState.initial(spec, spec.training().seed());
    int step = 0;
    for (int end : new int[] {stopAfter, steps}) {
      try (TrainableModel model = new TorchEngine().create(state, 1)) {
        for (; step < end; step++) {
          model.step(samples.batch(16 * step, 16));
        }
        model.snapshot(state);
      }
    }
    return state;
  }
}
