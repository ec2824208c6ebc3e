package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.dl4j.Dl4jEngine;
import dev.tidemill.engine.parity.Samples;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests whole sequence networks, with dropout in every layer that supports it. */
class SequenceModelTest {
  private static final int BATCH = 60;
  private static final String LSTM =
      """
      name: lstm
      input: {shape: [9, 3]}
      layers:
        - {type: lstm, hidden_size: 10, num_layers: 2, bidirectional: true, dropout: 0.3}
        - {type: sequence_pool, mode: mean}
        - {type: linear, out_features: 5}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
      """;
  private static final String TRANSFORMER =
      """
      name: transformer
      input: {shape: [9]}
      layers:
        - {type: embedding, num_embeddings: 20, embedding_dim: 12}
        - {type: positional_embedding}
        - {type: dropout, p: 0.1}
        - type: residual
          layers:
            - {type: layer_norm}
            - {type: multihead_attention, num_heads: 3, causal: true, dropout: 0.2}
            - {type: dropout, p: 0.1}
        - {type: linear, out_features: 20}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
      """;

  @ParameterizedTest
  @ValueSource(strings = {LSTM, TRANSFORMER})
  void bitsDoNotDependOnTheNumberOfThreads(String yaml) {
    ModelSpec spec = ModelSpec.parse(yaml);
    assertThat(new Shards(Network.of(spec)).count(BATCH)).isGreaterThan(2);
    assertThat(trained(spec, 3)).isEqualTo(trained(spec, 1));
  }

  private static float[] trained(ModelSpec spec, int threads) {
    Samples samples = new Samples(spec, BATCH);
    ModelState state = ModelState.initial(spec, 3);
    try (TrainableModel model = new Dl4jEngine().create(state, threads)) {
      for (int i = 0; i < 5; i++) {
        model.step(samples.batch(0, BATCH));
      }
      model.beginSnapshot(state).await();
    }
    return Samples.tensors(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {LSTM, TRANSFORMER})
  void microBatchesDropTheSameValuesAsTheWholeBatch(String yaml) {
    ModelSpec spec = ModelSpec.parse(yaml);
    Samples samples = new Samples(spec, BATCH);
    ModelState whole = ModelState.initial(spec, 3);
    ModelState parts = ModelState.initial(spec, 3);
    try (TrainableModel model = new Dl4jEngine().create(whole, 1)) {
      model.step(samples.batch(0, BATCH));
      model.beginSnapshot(whole).await();
      model.restore(parts);
      for (int first = 0; first < BATCH; first += 12) {
        model.accumulate(samples.batch(first, 12), BATCH, BATCH);
      }
      model.applyAccumulated();
      model.beginSnapshot(parts).await();
    }
    float[] fromWhole = Samples.tensors(whole);
    float[] fromParts = Samples.tensors(parts);
    for (int i = 0; i < fromWhole.length; i++) {
      assertThat(fromParts[i]).as("value %d", i).isCloseTo(fromWhole[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LSTM, TRANSFORMER})
  void stepAllocatesNothing(String yaml) {
    ModelSpec spec = ModelSpec.parse(yaml);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Samples samples = new Samples(spec, BATCH);
    try (TrainableModel model = new Dl4jEngine().create(ModelState.initial(spec, 3), 1)) {
      for (int i = 0; i < 100; i++) {
        model.step(samples.batch(0, BATCH));
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 100; i++) {
        model.step(samples.batch(0, BATCH));
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 * 16);
    }
  }

  @Test
  void predictionDoesNotDependOnTheBatch() {
    ModelSpec spec = ModelSpec.parse(TRANSFORMER);
    Samples samples = new Samples(spec, 7);
    float[] batched = new float[7 * 20];
    float[] single = new float[20];
    try (ServableModel model = new Dl4jEngine().load(ModelState.initial(spec, 3), 8)) {
      model.predict(samples.batch(0, 7), FloatBuffer.wrap(batched));
      for (int i = 0; i < 7; i++) {
        model.predict(samples.batch(i, 1), FloatBuffer.wrap(single));
        float[] expected = Arrays.copyOfRange(batched, i * 20, (i + 1) * 20);
        assertThat(single).containsExactly(expected, within(1e-6f));
      }
    }
  }

  @Test
  void countsEveryPositionOfASample() {
    ModelSpec spec = ModelSpec.parse(TRANSFORMER);
    StepMetrics metrics = new StepMetrics();
    try (TrainableModel model = new Dl4jEngine().create(ModelState.initial(spec, 3), 1)) {
      for (int i = 0; i < 300; i++) {
        model.step(new Samples(spec, 2).batch(0, 2));
      }
      model.evaluate(new Samples(spec, 2).batch(0, 2), metrics);
    }
    assertThat(metrics.samples()).isEqualTo(2);
    assertThat(metrics.correct()).isBetween(12L, 2 * 9L);
    assertThat(metrics.loss()).isLessThan(1.5);
  }

  @Test
  void rejectsTokensOutOfRange() {
    ModelSpec spec = ModelSpec.parse(TRANSFORMER);
    ModelSpec larger =
        ModelSpec.parse(TRANSFORMER.replace("num_embeddings: 20", "num_embeddings: 99"));
    try (ServableModel model = new Dl4jEngine().load(ModelState.initial(spec, 3), 8)) {
      FloatBuffer predictions = FloatBuffer.allocate(8 * 20);
      assertThatThrownBy(() -> model.predict(new Samples(larger, 8).batch(0, 8), predictions))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is invalid; tokens are integers from 0 to 19");
    }
  }
}
