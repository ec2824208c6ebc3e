package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainingCounters;
import dev.tidemill.engine.TrainingSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private static final int SAMPLES = 8;

  private final AtomicInteger wholeSteps = new AtomicInteger();

  @Test
  void microBatchesEqualOneStep() {
    ModelState whole = learned(OptionalInt.empty());
    assertThat(wholeSteps).hasValue(2);
    ModelState parts = learned(OptionalInt.of(3));
    assertThat(wholeSteps).hasValue(2);
    assertThat(parts.data()).isEqualTo(whole.data());
    assertThat(parts.counters()).isEqualTo(whole.counters());
    assertThat(parts.counters().steps()).isEqualTo(2);
  }

  @Test
  void doesNotSplitStepThatFits() {
    ModelState unused = learned(OptionalInt.of(SAMPLES));
    assertThat(wholeSteps).hasValue(2);
  }

  @Test
  void limitsMicroBatchOfFullBatchStep() {
    assertThat(Learner.batchSize(spec(TrainingSpec.FULL_BATCH, OptionalInt.of(10)))).isEqualTo(10);
    assertThat(Learner.batchSize(spec(TrainingSpec.FULL_BATCH, OptionalInt.empty())))
        .isEqualTo(Learner.MICRO_BATCH_SIZE);
    assertThat(Learner.batchSize(spec(64, OptionalInt.of(10)))).isEqualTo(64);
  }

  private ModelState learned(OptionalInt microBatchSize) {
    ModelSpec spec = spec(SAMPLES, microBatchSize);
    ModelState state = ModelState.initial(spec, 1);
    LinearModel model = new LinearModel(state, step -> wholeSteps.incrementAndGet(), () -> {});
    EpochLedger ledger = new EpochLedger(TrainingCounters.initial(1));
    Learner learner = new Learner(model, spec, ledger, 1);
    for (int step = 0; step < 2; step++) {
      MetricSums read = learner.learn(batch(step));
      assertThat(read.samples()).isEqualTo(SAMPLES);
    }
    learner.beginSnapshot(state).await();
    return state;
  }

  private static ModelSpec spec(int batchSize, OptionalInt microBatchSize) {
    return LinearEngine.spec()
        .withTraining(
            new TrainingSpec(
                batchSize, 1, OptionalDouble.empty(), Optional.empty(), microBatchSize, false));
  }

  /** Creates a batch from two records, the first of which was partly trained before. */
  private static TensorBatch batch(int step) {
    TensorBatch batch = new TensorBatch();
    add(batch, step, 2, 5);
    add(batch, step + 7, 0, 3);
    return batch;
  }

  private static void add(TensorBatch batch, int seed, int first, int count) {
    int all = first + count;
    ByteBuffer inputs =
        ByteBuffer.allocate(all * LinearEngine.FEATURES * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer labels = ByteBuffer.allocate(all * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < all * LinearEngine.FEATURES; i++) {
      inputs.putFloat(i * Float.BYTES, (float) Math.sin(seed + i));
    }
    for (int i = 0; i < all; i++) {
      labels.putInt(i * Integer.BYTES, (i + seed) % LinearEngine.CLASSES);
    }
    batch.add(ElementType.FLOAT32, inputs, 1, 0, ElementType.INT32, labels, first, count);
  }
}
