package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
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
  private float[] weights = {};

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

  /** A micro-batch of heavy samples counts for more than one of light samples. */
  @Test
  void microBatchesOfWeightedSamplesEqualOneStep() {
    weights = new float[] {1, 4, 0.25f, 2, 8, 3, 0.5f, 1.25f};
    ModelState whole = learned(OptionalInt.empty());
    ModelState parts = learned(OptionalInt.of(3));
    assertThat(parts.data()).isEqualTo(whole.data());
    assertThat(parts.counters()).isEqualTo(whole.counters());
    weights = new float[0];
    assertThat(learned(OptionalInt.of(3)).data()).isNotEqualTo(whole.data());
  }

  @Test
  void fullBatchDividesByTheWeightOfTheEpoch() {
    weights = new float[] {1, 4, 0.25f, 2, 8, 3, 0.5f, 1.25f};
    ModelSpec full = spec(TrainingSpec.FULL_BATCH, OptionalInt.empty());
    ModelState ofEpoch = ModelState.initial(full, 1);
    Learner epoch = learner(full, ofEpoch);
    TensorBatch batch = batch(0);
    double weight = new LossWeights(Network.of(full)).sum(batch);
    assertThat(weight).isEqualTo(20);
    epoch.beginEpoch(SAMPLES, weight);
    for (int from = 0; from < SAMPLES; from += 4) {
      TensorBatch part = new TensorBatch();
      part.add(batch, from, 4);
      MetricSums unused = epoch.learn(part);
    }
    MetricSums unused = epoch.endEpoch();
    epoch.beginSnapshot(ofEpoch).await();
    ModelSpec stepping = spec(SAMPLES, OptionalInt.empty());
    ModelState ofStep = ModelState.initial(stepping, 1);
    Learner step = learner(stepping, ofStep);
    unused = step.learn(batch);
    step.beginSnapshot(ofStep).await();
    assertThat(ofEpoch.data()).isEqualTo(ofStep.data());
    assertThat(epoch.ledger().epoch().loss()).isEqualTo(step.ledger().epoch().loss());
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

  /** Otherwise the weights that a rollback continues from lose against the discarded ones. */
  @Test
  void rollbackForgetsWhatTheDiscardedWeightsAchieved() {
    ModelSpec spec = spec(SAMPLES, OptionalInt.empty());
    ModelState older = ModelState.initial(spec, 1);
    Learner learner = learner(spec, ModelState.initial(spec, 1));
    Optional<TrainingSpec.Stop> stop = Optional.empty();
    for (int epoch = 0; epoch < 2; epoch++) {
      MetricSums unused = learner.learn(batch(0));
      unused = learner.endEpoch();
      unused = learner.ledger().closeEpoch(stop);
    }
    assertThat(learner.ledger().counters(2).bestEpochLoss()).isFinite();
    assertThat(learner.ledger().version().samples()).isEqualTo(2 * SAMPLES);

    learner.rollBack(older);

    TrainingCounters counters = older.counters();
    assertThat(counters.bestEpochLoss()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(counters.epochsWithoutImprovement()).isZero();
    assertThat(counters.samples()).isEqualTo(2 * SAMPLES);
    assertThat(learner.ledger().version()).isEqualTo(MetricSums.NONE);
  }

  private ModelState learned(OptionalInt microBatchSize) {
    ModelSpec spec = spec(SAMPLES, microBatchSize);
    ModelState state = ModelState.initial(spec, 1);
    Learner learner = learner(spec, state);
    for (int step = 0; step < 2; step++) {
      MetricSums read = learner.learn(batch(step));
      assertThat(read.samples()).isEqualTo(SAMPLES);
    }
    learner.beginSnapshot(state).await();
    return state;
  }

  private Learner learner(ModelSpec spec, ModelState state) {
    LinearModel model = new LinearModel(state, step -> wholeSteps.incrementAndGet(), () -> {});
    return new Learner(model, spec, new EpochLedger(TrainingCounters.initial(1)), 1);
  }

  private static ModelSpec spec(int batchSize, OptionalInt microBatchSize) {
    return LinearEngine.spec()
        .withTraining(
            new TrainingSpec(
                batchSize, 1, OptionalDouble.empty(), Optional.empty(), microBatchSize, false));
  }

  /** Creates a batch from two records, the first of which was partly trained before. */
  private TensorBatch batch(int step) {
    TensorBatch batch = new TensorBatch();
    add(batch, step, 2, 5, 0);
    add(batch, step + 7, 0, 3, 5);
    return batch;
  }

  private void add(TensorBatch batch, int seed, int first, int count, int firstWeight) {
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
    ByteBuffer ofSamples =
        ByteBuffer.allocate(weights.length == 0 ? 0 : all * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count && weights.length > 0; i++) {
      ofSamples.putFloat((first + i) * Float.BYTES, weights[firstWeight + i]);
    }
    batch.add(
        ElementType.FLOAT32, inputs, 1, 0, ElementType.INT32, labels, ofSamples, first, count);
  }
}
