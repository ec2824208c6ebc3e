package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Checks that settings that save memory do not change results beyond rounding. */
// Native scopes are only closed.
@SuppressWarnings("try")
class MemorySettingsTest {
  private static final String BLOCKS =
      """
      name: blocks
      input: {shape: [1, 8, 8]}
      layers:
        - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
        - type: residual
          name: block1
          layers:
            - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
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
  void activationCheckpointingChangesNoBit() {
    float[] kept = Samples.tensors(trained(BLOCKS.formatted("", ""), 10, 10));
    float[] again =
        Samples.tensors(trained(BLOCKS.formatted("", ", activation_checkpointing: true"), 10, 10));
    assertThat(again).isEqualTo(kept);
  }

  @Test
  void activationCheckpointingWorksWithoutEarlierParameters() {
    String spec =
        """
        name: late
        input: {shape: [1, 8, 8]}
        layers:
          - {type: max_pool2d, kernel_size: 2}
          - {type: residual, name: idle, layers: [{type: tanh}]}
          - type: residual
            name: block
            layers: [{type: conv2d, name: conv, out_channels: 1, kernel_size: 3, padding: 1}]
          - {type: flatten}
          - {type: linear, name: fc, out_features: 4}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.1}
        training: {batch_size: 16, seed: 5%s}
        """;
    float[] kept = Samples.tensors(trained(spec.formatted(""), 3, 3));
    float[] again =
        Samples.tensors(trained(spec.formatted(", activation_checkpointing: true"), 3, 3));
    assertThat(again).isEqualTo(kept);
  }

  @Test
  void activationCheckpointingKeepsOnlyInputsOfBlocks() {
    long few = objectsBeforeBackward(4);
    // Two per block. The garbage collector may meanwhile free objects of other tests.
    assertThat(objectsBeforeBackward(104) - few).isLessThan(4 * 100);
  }

  /** Counts the native objects of the forward pass when the backward pass begins. */
  private static long objectsBeforeBackward(int blocks) {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: deep
            input: {shape: [6]}
            layers:
              - type: repeat
                name: deep
                times: %d
                layers:
                  - type: residual
                    name: block
                    layers:
                      - {type: linear, name: a, out_features: 6}
                      - {type: tanh}
                      - {type: linear, name: b, out_features: 6}
                      - {type: tanh}
                      - {type: linear, name: c, out_features: 6}
                      - {type: tanh}
              - {type: linear, name: fc, out_features: 3}
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.1}
            training: {batch_size: 16, seed: 5, activation_checkpointing: true}
            """
                .formatted(blocks));
    long[] held = new long[1];
    try (StateTensors state = StateTensors.copy(ModelState.initial(spec, 5), Placement.CPU)) {
      GradientPass pass = state.scope().keep(() -> new GradientPass(Network.of(spec), state));
      try (PointerScope scope = new PointerScope()) {
        Tensor x = torch.ones(16, 6);
        long before = Pointer.totalCount();
        pass.run(
            x,
            new ForwardContext(true, 5, 0, 0, false),
            outputs -> {
              held[0] = Pointer.totalCount() - before;
              outputs.sum().backward();
            });
      }
    }
    return held[0];
  }

  @Test
  void microBatchesAccumulateTheSameGradient() {
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
  void failedMicroBatchLeavesNoGradient() {
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
        model.beginSnapshot(state).await();
      }
    }
    assertThat(parameters(after)).isEqualTo(parameters(sound));
  }

  @Test
  void bfloat16OptimizerStateResumesBitIdentically() {
    String narrow = BLOCKS.formatted(", state_dtype: bfloat16", "");
    assertThat(Samples.tensors(trained(narrow, 10, 4)))
        .isEqualTo(Samples.tensors(trained(narrow, 10, 10)));
  }

  @Test
  void bfloat16OptimizerStateTrainsLikeFloat32() {
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

  @Test
  void bfloat16SecondMomentDecaysLikeFloat32() {
    String spec =
        """
        name: falls
        input: {shape: [64]}
        layers: [{type: linear, name: fc, out_features: 4}]
        loss: cross_entropy
        optimizer: {type: adam, learning_rate: 0.001%s}
        training: {batch_size: 16, seed: 5}
        """;
    double wide = secondMomentAfterZeroInputs(spec.formatted(""));
    double narrow = secondMomentAfterZeroInputs(spec.formatted(", state_dtype: bfloat16"));
    assertThat(narrow).isCloseTo(wide, withinPercentage(2));
  }

  /** Sums the second moment over all weights after 1 step with inputs and 300 steps with zeros. */
  private static double secondMomentAfterZeroInputs(String yaml) {
    ModelSpec spec = ModelSpec.parse(yaml);
    Samples samples = new Samples(spec, 16);
    TensorBatch zeros = new TensorBatch();
    zeros.add(
        ElementType.UINT8,
        ByteBuffer.allocate(16 * spec.input().length()),
        1,
        0,
        ElementType.UINT8,
        ByteBuffer.allocate(16),
        0,
        16);
    ModelState state = ModelState.initial(spec, 5);
    try (TrainableModel model = new TorchEngine().create(state, 1)) {
      model.step(samples.batch(0, 16));
      for (int i = 0; i < 300; i++) {
        model.step(zeros);
      }
      model.beginSnapshot(state).await();
    }
    float[] tensors = Samples.tensors(state);
    StateLayout.Slice slice =
        state.layout().slices().stream()
            .filter(s -> s.name().equals("optimizer.exp_avg_sq.fc.weight"))
            .findFirst()
            .orElseThrow();
    double sum = 0;
    for (int i = 0; i < slice.length(); i++) {
      sum += tensors[(int) slice.offset() + i];
    }
    return sum;
  }

  private static float[] parameters(ModelState state) {
    return Arrays.copyOf(Samples.tensors(state), (int) state.layout().parameterLength());
  }

  /** Trains some steps, and recreates the model from a snapshot after one of them. */
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
        model.beginSnapshot(state).await();
      }
    }
    return state;
  }
}
