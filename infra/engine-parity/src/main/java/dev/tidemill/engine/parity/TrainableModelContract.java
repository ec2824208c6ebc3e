package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the contract of a model for training with any engine. */
public abstract class TrainableModelContract {
  protected static final ModelSpec LENET = ModelSpec.load("lenet");

  /** A network with all state that a resumed run could lose: dropout, statistics, moments. */
  protected static final ModelSpec RICH =
      ModelSpec.parse(
          """
          name: rich
          input: {shape: [1, 8, 8], pad: 1}
          layers:
            - {type: conv2d, out_channels: 3, kernel_size: 3}
            - {type: batch_norm2d}
            - {type: relu}
            - {type: dropout, p: 0.3}
            - {type: max_pool2d, kernel_size: 2}
            - {type: flatten}
            - {type: linear, out_features: 12}
            - {type: gelu}
            - {type: dropout, p: 0.5}
            - {type: linear, out_features: 4}
          loss: cross_entropy
          optimizer: {type: adam, learning_rate: 0.01, weight_decay: 0.01}
          schedule: {type: cosine, t_max: 50, warmup_steps: 3}
          training: {batch_size: 16, seed: 5, max_grad_norm: 1.0}
          """);

  private final Engine engine;

  /**
   * @param engine the engine to test
   */
  protected TrainableModelContract(Engine engine) {
    this.engine = engine;
  }

  @Test
  protected void sameSeedGivesSameBits() {
    assertThat(Samples.tensors(trained(RICH, 20, 20)))
        .isEqualTo(Samples.tensors(trained(RICH, 20, 20)));
  }

  @Test
  protected void resumesBitIdentically() {
    assertThat(Samples.tensors(trained(RICH, 20, 7)))
        .isEqualTo(Samples.tensors(trained(RICH, 20, 20)));
  }

  /** Half of a rate is exact, so the bits are those of a spec with that rate. */
  @Test
  protected void multipliesTheSchedulesLearningRate() {
    ModelSpec twice = RICH.withOverrides(Map.of("learning-rate", "0.02"));
    Samples samples = new Samples(RICH, 16 * 5);
    ModelState state = ModelState.initial(twice, twice.training().seed());
    try (TrainableModel model = engine.create(state, 1)) {
      model.learningRateFactor(0.5);
      model.restore(state);
      assertThat(model.learningRate()).isEqualTo(0.01 / 4);
      for (int i = 0; i < 5; i++) {
        model.step(samples.batch(16 * i, 16));
      }
      model.beginSnapshot(state).await();
    }
    assertThat(Samples.tensors(state)).isEqualTo(Samples.tensors(trained(RICH, 5, 5)));
  }

  @Test
  protected void anotherSeedDropsOtherValues() {
    ModelSpec other = RICH.withOverrides(Map.of("seed", "6"));
    ModelState same = ModelState.initial(RICH, 5);
    ModelState moved = ModelState.initial(other, 6);
    moved.data().put(0, same.data(), 0, same.data().limit());
    Samples samples = new Samples(RICH, 16);
    for (ModelState state : new ModelState[] {same, moved}) {
      try (TrainableModel model = engine.create(state, 1)) {
        model.step(samples.batch(0, 16));
        model.beginSnapshot(state).await();
      }
    }
    assertThat(Samples.tensors(same)).isNotEqualTo(Samples.tensors(moved));
  }

  @Test
  protected void restoredModelContinuesFromTheState() {
    Samples samples = new Samples(RICH, 64);
    ModelState state = ModelState.initial(RICH, 5);
    ModelState first = ModelState.allocate(RICH);
    ModelState second = ModelState.allocate(RICH);
    try (TrainableModel model = engine.create(state, 1)) {
      model.step(samples.batch(0, 16));
      model.beginSnapshot(state).await();
      model.step(samples.batch(16, 16));
      model.beginSnapshot(first).await();
      model.restore(state);
      assertThat(model.steps()).isEqualTo(1);
      model.step(samples.batch(16, 16));
      model.beginSnapshot(second).await();
    }
    assertThat(Samples.tensors(second)).isEqualTo(Samples.tensors(first));
    assertThat(second.counters().steps()).isEqualTo(2);
  }

  @Test
  protected void accumulatesTheGradientOfTheWholeBatch() {
    Samples samples = new Samples(LENET, 40);
    ModelState whole = ModelState.initial(LENET, 1);
    ModelState parts = ModelState.initial(LENET, 1);
    StepMetrics ofWhole = new StepMetrics();
    StepMetrics ofParts = new StepMetrics();
    try (TrainableModel model = engine.create(whole, 1)) {
      model.step(samples.batch(0, 40));
      model.drainMetrics(ofWhole);
      model.beginSnapshot(whole).await();
    }
    try (TrainableModel model = engine.create(parts, 1)) {
      model.accumulate(samples.batch(0, 15), 40, 40);
      model.accumulate(samples.batch(15, 25), 40, 40);
      assertThat(model.steps()).isZero();
      model.applyAccumulated();
      assertThat(model.steps()).isEqualTo(1);
      model.drainMetrics(ofParts);
      model.beginSnapshot(parts).await();
    }
    assertThat(Samples.tensors(parts))
        .containsExactly(Samples.tensors(whole), within(TestedDevice.tolerance(1e-6f)));
    assertThat(ofParts.loss()).isCloseTo(ofWhole.loss(), within(TestedDevice.tolerance(1e-6)));
    assertThat(ofParts.samples()).isEqualTo(40);
  }

  /** The mean loss does not depend on the weights' unit. */
  @Test
  protected void computesWithWeightsOfEachAllowedSize() {
    float[] one = weighted(1);
    for (float weight : new float[] {LossWeights.MIN_OF_SAMPLE, LossWeights.MAX_OF_SAMPLE}) {
      assertThat(weighted(weight)).containsExactly(one, within(TestedDevice.tolerance(1e-5f)));
    }
    for (float value : weighted(LossWeights.MIN_OF_SAMPLE, LossWeights.MAX_OF_SAMPLE)) {
      assertThat(value).isFinite();
    }
  }

  private float[] weighted(float... inTurn) {
    Samples samples = new Samples(LENET, 48);
    ModelState state = ModelState.initial(LENET, 1);
    try (TrainableModel model = engine.create(state, 1)) {
      for (int i = 0; i < 3; i++) {
        model.step(samples.weightedBy(16 * i, 16, inTurn));
      }
      model.beginSnapshot(state).await();
    }
    return Samples.tensors(state);
  }

  @Test
  protected void largeBatchMakesOneUpdate() {
    Samples samples = new Samples(LENET, 700);
    ModelState state = ModelState.initial(LENET, 1);
    ModelState parts = ModelState.initial(LENET, 1);
    StepMetrics metrics = new StepMetrics();
    try (TrainableModel model = engine.create(state, 1)) {
      model.step(samples.batch(0, 700));
      assertThat(model.steps()).isEqualTo(1);
      model.drainMetrics(metrics);
      assertThat(metrics.samples()).isEqualTo(700);
      model.beginSnapshot(state).await();
    }
    try (TrainableModel model = engine.create(parts, 1)) {
      for (int i = 0; i < 700; i += 100) {
        model.accumulate(samples.batch(i, 100), 700, 700);
      }
      model.applyAccumulated();
      model.beginSnapshot(parts).await();
    }
    assertThat(Samples.tensors(parts))
        .containsExactly(Samples.tensors(state), within(TestedDevice.tolerance(1e-6f)));
  }

  @Test
  protected void evaluatingChangesNothing() {
    Samples samples = new Samples(RICH, 600);
    ModelState before = trained(RICH, 5, 5);
    ModelState after = ModelState.allocate(RICH);
    StepMetrics first = new StepMetrics();
    StepMetrics second = new StepMetrics();
    try (TrainableModel model = engine.create(before, 1)) {
      model.evaluate(samples.batch(0, 600), first);
      model.evaluate(samples.batch(0, 600), second);
      model.beginSnapshot(after).await();
      model.drainMetrics(second);
    }
    assertThat(first.samples()).isEqualTo(600);
    assertThat(first.loss()).isPositive();
    assertThat(second.samples()).isZero();
    assertThat(Samples.tensors(after)).isEqualTo(Samples.tensors(before));
  }

  @Test
  protected void acceptsAnyBatchSize() {
    Samples samples = new Samples(LENET, 20);
    try (TrainableModel model = engine.create(ModelState.initial(LENET, 1), 1)) {
      for (int size = 1; size <= 20; size++) {
        model.step(samples.batch(0, size));
      }
      model.step(samples.batch(0, 1));
      assertThat(model.steps()).isEqualTo(21);
    }
  }

  @Test
  protected void rejectsInvalidCalls() {
    Samples samples = new Samples(LENET, 4);
    TrainableModel model = engine.create(ModelState.initial(LENET, 1), 1);
    assertThatThrownBy(() -> model.step(samples.batch(0, 0))).hasMessage("a batch without samples");
    assertThatThrownBy(model::applyAccumulated).isInstanceOf(IllegalStateException.class);
    model.accumulate(samples.batch(0, 4), 8, 8);
    assertThatThrownBy(() -> model.step(samples.batch(0, 4)))
        .hasMessageContaining("4 samples waits to be applied");
    assertThatThrownBy(() -> model.restore(ModelState.allocate(RICH)))
        .hasMessageContaining("a state of another network");
    model.close();
    assertThatThrownBy(() -> model.step(samples.batch(0, 4)))
        .hasMessage("the model has been closed");
  }

  @Test
  protected void rejectsNumbersThatAreNoCategories() {
    try (TrainableModel model = engine.create(ModelState.initial(Samples.COLUMNS, 1), 1)) {
      for (float number : new float[] {0.5f, 4, -1, Float.NaN}) {
        assertThatThrownBy(() -> model.step(Samples.of(1, number, 1)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** Trains some steps, and recreates the model from a snapshot after one of them. */
  private ModelState trained(ModelSpec spec, int steps, int stopAfter) {
    Samples samples = new Samples(spec, 16 * steps);
    ModelState state = ModelState.initial(spec, spec.training().seed());
    try (TrainableModel model = engine.create(state, 1)) {
      for (int i = 0; i < stopAfter; i++) {
        model.step(samples.batch(16 * i, 16));
      }
      model.beginSnapshot(state).await();
    }
    try (TrainableModel model = engine.create(state, 1)) {
      for (int i = stopAfter; i < steps; i++) {
        model.step(samples.batch(16 * i, 16));
      }
      model.beginSnapshot(state).await();
    }
    return state;
  }
}
