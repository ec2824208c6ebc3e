package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import dev.tidemill.engine.parity.TestedDevice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that BFLOAT16 trains and predicts like FLOAT32, except for rounding. */
class BFloat16Test {
  private static final Engine WIDE = TestedDevice.of(new TorchEngine());
  private static final Engine NARROW = TestedDevice.of(new TorchEngine(), Precision.BFLOAT16);
  private static final int BATCH = 20;
  private static final int STEPS = 12;

  /** Networks with every layer that computes in BFLOAT16, and with layers that follow them. */
  enum Kind {
    CONVOLUTIONS(
        """
        name: convolutions
        input: {shape: [1, 8, 8]}
        layers:
          - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
          - {type: batch_norm2d, name: norm}
          - {type: relu}
          - type: residual
            name: block1
            layers:
              - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1, bias: false}
              - {type: batch_norm2d, name: norm}
              - {type: dropout, p: 0.1}
          - {type: max_pool2d, kernel_size: 2}
          - type: residual
            name: block2
            layers:
              - {type: conv2d, name: conv, out_channels: 4, kernel_size: 3, padding: 1}
          - {type: avg_pool2d, kernel_size: 2}
          - {type: flatten}
          - {type: linear, name: fc, out_features: 4}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.03, momentum: 0.9}
        training: {batch_size: 20, seed: 5%s}
        """),
    RECURRENT(
        """
        name: recurrent
        input: {shape: [6, 5]}
        layers:
          - {type: lstm, name: lstm, hidden_size: 16, num_layers: 2, bidirectional: true}
          - {type: sequence_pool, mode: last}
          - {type: linear, name: fc, out_features: 4}
        loss: cross_entropy
        optimizer: {type: adam, learning_rate: 0.01}
        training: {batch_size: 20, seed: 5%s}
        """),
    COLUMNS(
        """
        name: columns
        input: {shape: [4]}
        layers:
          - {type: column_embedding, name: columns, embedding_dim: 16, columns: {1: 5, 2: 200}}
          - {type: linear, name: up, out_features: 32}
          - {type: tanh}
          - {type: linear, name: fc, out_features: 4}
        loss: cross_entropy
        optimizer: {type: adam, learning_rate: 0.01}
        training: {batch_size: 20, seed: 5%s}
        """),
    ATTENTION(
        """
        name: attention
        input: {shape: [8]}
        layers:
          - {type: embedding, num_embeddings: 12, embedding_dim: 16}
          - {type: positional_embedding}
          - type: residual
            name: heads
            layers:
              - {type: layer_norm, name: norm}
              - {type: multihead_attention, name: attention, num_heads: 2, causal: true, dropout: 0.1}
          - type: residual
            name: after
            layers:
              - {type: layer_norm, name: norm}
              - {type: linear, name: up, out_features: 32}
              - {type: gelu}
              - {type: linear, name: down, out_features: 16}
          - type: residual
            name: again
            layers:
              - {type: multihead_attention, name: attention, num_heads: 2}
          - {type: linear, name: fc, out_features: 12}
        loss: cross_entropy
        optimizer: {type: adamw, learning_rate: 0.01}
        training: {batch_size: 20, seed: 5%s}
        """);

    private final String yaml;

    Kind(String yaml) {
      this.yaml = yaml;
    }

    ModelSpec spec() {
      return ModelSpec.parse(yaml.formatted(""));
    }

    ModelSpec checkpointed() {
      return ModelSpec.parse(yaml.formatted(", activation_checkpointing: true"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void lossesMatchFloat32AndFall(Kind kind) {
    double[] wide = losses(WIDE, kind.spec());
    double[] narrow = losses(NARROW, kind.spec());
    for (int i = 0; i < STEPS; i++) {
      assertThat(narrow[i]).as("loss %d", i).isCloseTo(wide[i], within(0.03 * wide[i]));
    }
    assertThat(narrow).isNotEqualTo(wide);
    assertThat(narrow[STEPS - 1]).isLessThan(0.97 * narrow[0]);
  }

  @ParameterizedTest
  @EnumSource
  void resumesBitIdentically(Kind kind) {
    float[] once = trained(NARROW, kind.spec(), STEPS);
    assertThat(trained(NARROW, kind.spec(), STEPS)).isEqualTo(once);
    assertThat(trained(NARROW, kind.spec(), 5)).isEqualTo(once);
  }

  @ParameterizedTest
  @EnumSource
  void activationCheckpointingChangesNoBit(Kind kind) {
    assertThat(trained(NARROW, kind.checkpointed(), STEPS))
        .isEqualTo(trained(NARROW, kind.spec(), STEPS));
  }

  @ParameterizedTest
  @EnumSource
  void predictionsMatchFloat32(Kind kind) {
    float[] wide = answers(WIDE, kind.spec());
    float[] narrow = answers(NARROW, kind.spec());
    assertThat(narrow).containsExactly(wide, within(0.01f));
    assertThat(narrow).isNotEqualTo(wide);
    int classes = Network.of(kind.spec()).outputLength();
    for (int i = 0; i < BATCH; i++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += narrow[i * classes + k];
      }
      // If they were rounded to BFLOAT16, the sum would be off by up to 0.01.
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotAffectOtherModelsOfTheThread(Kind kind) {
    float[] alone = answers(WIDE, kind.spec());
    ModelState state = ModelState.initial(kind.spec(), 5);
    try (TrainableModel narrow = NARROW.create(state, 1)) {
      narrow.step(new Samples(kind.spec(), BATCH).batch(0, BATCH));
      assertThat(answers(WIDE, kind.spec())).isEqualTo(alone);
    }
  }

  /** BFLOAT16 represents none of these numbers but 1000. */
  @Test
  void categoriesAreExact() {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: columns
            input: {shape: [2]}
            layers:
              - {type: column_embedding, name: columns, embedding_dim: 16, columns: {1: 2000}}
              - {type: linear, name: fc, out_features: 4}
            loss: cross_entropy
            optimizer: {type: sgd}
            """);
    ByteBuffer inputs = ByteBuffer.allocate(4 * 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    inputs.asFloatBuffer().put(new float[] {0, 1000, 0, 1001, 0, 1002, 0, 1003});
    TensorBatch batch = new TensorBatch();
    batch.add(ElementType.FLOAT32, inputs, 1, 0, 0, 4);
    float[] wide = answers(WIDE, spec, batch);
    assertThat(answers(NARROW, spec, batch)).containsExactly(wide, within(0.01f));
    for (int i = 0; i < 3; i++) {
      double largest = 0;
      for (int k = 4 * i; k < 4 * i + 4; k++) {
        largest = Math.max(largest, Math.abs(wide[k] - wide[k + 4]));
      }
      assertThat(largest)
          .as("difference from category %d to the next", 1000 + i)
          .isGreaterThan(0.05);
    }
  }

  /** Trains on the same batch in each step. */
  private static double[] losses(Engine engine, ModelSpec spec) {
    Samples samples = new Samples(spec, BATCH);
    StepMetrics metrics = new StepMetrics();
    double[] losses = new double[STEPS];
    try (TrainableModel model = engine.create(ModelState.initial(spec, 5), 1)) {
      for (int i = 0; i < STEPS; i++) {
        model.step(samples.batch(0, BATCH));
        model.drainMetrics(metrics);
        losses[i] = metrics.loss();
      }
    }
    return losses;
  }

  private static float[] trained(Engine engine, ModelSpec spec, int stopAfter) {
    Samples samples = new Samples(spec, BATCH * STEPS);
    ModelState state = ModelState.initial(spec, 5);
    int step = 0;
    for (int end : new int[] {stopAfter, STEPS}) {
      try (TrainableModel model = engine.create(state, 1)) {
        for (; step < end; step++) {
          model.step(samples.batch(BATCH * step, BATCH));
        }
        model.beginSnapshot(state).await();
      }
    }
    return Samples.tensors(state);
  }

  private static float[] answers(Engine engine, ModelSpec spec) {
    return answers(engine, spec, new Samples(spec, BATCH).batch(0, BATCH));
  }

  private static float[] answers(Engine engine, ModelSpec spec, TensorBatch batch) {
    FloatBuffer answers = FloatBuffer.allocate(batch.size() * Network.of(spec).outputLength());
    try (ServableModel model = engine.load(ModelState.initial(spec, 5), BATCH)) {
      model.predict(batch, answers);
    }
    return answers.array();
  }
}
