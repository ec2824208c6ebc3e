package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.dl4j.Dl4jEngine;
import dev.tidemill.engine.parity.Samples;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedGradientTest {
  private static final int BATCH = 200;

  /** Six shards, with dropout that must not depend on the thread. */
  private static final String YAML =
      """
      name: sharded
      input: {shape: [1, 12, 12]}
      layers:
        - {type: conv2d, out_channels: 4, kernel_size: 3}
        - {type: relu}
        - {type: max_pool2d, kernel_size: 2}
        - {type: dropout, p: 0.3}
        - {type: flatten}
        - {type: linear, out_features: 5}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
      training: {batch_size: 200, seed: 3, max_grad_norm: 1.0}
      """;

  private static final ModelSpec SPEC = ModelSpec.parse(YAML);

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3, 7})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    StepMetrics ofOne = new StepMetrics();
    StepMetrics ofMore = new StepMetrics();
    assertThat(trained(threads, ofMore)).isEqualTo(trained(1, ofOne));
    assertThat(ofMore.lossSum()).isEqualTo(ofOne.lossSum());
    assertThat(ofMore.correct()).isEqualTo(ofOne.correct());
    assertThat(ofMore.samples()).isEqualTo(ofOne.samples()).isEqualTo(21 * BATCH);
  }

  private static float[] trained(int threads, StepMetrics metrics) {
    Samples samples = new Samples(SPEC, 2 * BATCH);
    ModelState state = ModelState.initial(SPEC, 3);
    try (TrainableModel model = new Dl4jEngine().create(state, threads)) {
      for (int i = 0; i < 20; i++) {
        model.step(samples.batch(i, BATCH));
      }
      model.accumulate(samples.batch(0, 130), BATCH, BATCH);
      model.accumulate(samples.batch(130, 70), BATCH, BATCH);
      model.applyAccumulated();
      model.drainMetrics(metrics);
      model.beginSnapshot(state).await();
    }
    return Samples.tensors(state);
  }

  @Test
  void shardsHaveSimilarSizesAndCoverTheBatch() {
    Shards shards = new Shards(Network.of(SPEC));
    assertThat(shards.count(1)).isEqualTo(1);
    for (int batch = 1; batch < 1000; batch++) {
      int next = 0;
      for (int shard = 0; shard < shards.count(batch); shard++) {
        assertThat(shards.first(batch, shard)).isEqualTo(next);
        int size = shards.size(batch, shard);
        assertThat(size).isBetween(batch / shards.count(batch), 2 * shards.maxSize());
        next += size;
      }
      assertThat(next).isEqualTo(batch);
    }
  }

  @Test
  void batchNormKeepsTheBatchWhole() {
    ModelSpec spec = ModelSpec.parse(YAML.replace("dropout, p: 0.3", "batch_norm2d"));
    Shards shards = new Shards(Network.of(spec));
    assertThat(shards.count(100_000)).isEqualTo(1);
  }

  @Test
  void networksThatReuseParametersGetSmallerShards() {
    ModelSpec mlp = ModelSpec.load("mlp");
    assertThat(new Shards(Network.of(mlp)).maxSize())
        .isGreaterThan(new Shards(Network.of(ModelSpec.load("lenet"))).maxSize());
  }

  @Test
  void stepAllocatesNothingOnAnyThread() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Samples samples = new Samples(SPEC, BATCH);
    try (TrainableModel model = new Dl4jEngine().create(ModelState.initial(SPEC, 3), 3)) {
      long[] members = stepThreads(3);
      for (int i = 0; i < 100; i++) {
        trainOnce(model, samples);
      }
      long before = allocated(threads, members);
      for (int i = 0; i < 200; i++) {
        trainOnce(model, samples);
      }
      assertThat(allocated(threads, members) - before).isLessThan(200 * 16);
    }
  }

  private static void trainOnce(TrainableModel model, Samples samples) {
    model.step(samples.batch(0, BATCH));
    model.accumulate(samples.batch(0, 130), BATCH, BATCH);
    model.accumulate(samples.batch(130, 70), BATCH, BATCH);
    model.applyAccumulated();
  }

  private static long allocated(ThreadMXBean threads, long[] members) {
    long sum = threads.getCurrentThreadAllocatedBytes();
    for (long bytes : threads.getThreadAllocatedBytes(members)) {
      sum += bytes;
    }
    return sum;
  }

  private static long[] stepThreads(int members) {
    long[] found =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("tidemill-step-"))
            .mapToLong(Thread::getId)
            .toArray();
    assertThat(found).hasSize(members - 1);
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void failureInAShardFailsTheStep(int threads) {
    Samples samples = new Samples(SPEC, BATCH);
    TensorBatch wrong = samples.batch(0, BATCH / 2);
    ByteBuffer labels = ByteBuffer.allocate(BATCH * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    labels.putInt(60 * Integer.BYTES, 5).putInt(90 * Integer.BYTES, 6);
    ByteBuffer zeros = ByteBuffer.allocate(BATCH * 144);
    wrong.add(ElementType.UINT8, zeros, 1, 0, ElementType.INT32, labels, 0, BATCH / 2);
    ModelState state = ModelState.initial(SPEC, 3);
    float[] before = Samples.tensors(state);
    try (TrainableModel model = new Dl4jEngine().create(state, threads)) {
      assertThatThrownBy(() -> model.step(wrong))
          .hasMessage("label 5 of sample 60 is out of range; classes are 0 to 4");
      model.accumulate(samples.batch(0, BATCH), BATCH, BATCH);
      assertThatThrownBy(() -> model.accumulate(wrong(labels, zeros), BATCH, BATCH))
          .hasMessageStartingWith("label 5 of sample 60");
      assertThatThrownBy(model::applyAccumulated).isInstanceOf(IllegalStateException.class);
      model.beginSnapshot(state).await();
      assertThat(Samples.tensors(state)).isEqualTo(before);
      model.step(samples.batch(0, BATCH));
      assertThat(model.steps()).isEqualTo(1);
    }
  }

  private static TensorBatch wrong(ByteBuffer labels, ByteBuffer zeros) {
    TensorBatch batch = new TensorBatch();
    batch.add(ElementType.UINT8, zeros, 1, 0, ElementType.INT32, labels, 0, BATCH);
    return batch;
  }

  @Test
  void rejectsNegativeThreadCounts() {
    assertThatThrownBy(() -> new Dl4jEngine().create(ModelState.initial(SPEC, 3), -1))
        .hasMessage("threads must be at least 0, got -1");
  }

  @Test
  void choosingThreadsDoesNotChangeTheModel() {
    ModelState state = ModelState.initial(SPEC, 3);
    float[] before = Samples.tensors(state);
    try (TrainableModel model = new Dl4jEngine().create(state, 0)) {
      StepMetrics metrics = new StepMetrics();
      model.drainMetrics(metrics);
      assertThat(metrics.samples()).isZero();
      model.beginSnapshot(state).await();
    }
    assertThat(Samples.tensors(state)).isEqualTo(before);
    assertThat(state.counters().steps()).isZero();
  }
}
