package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Tests the contract of a model for serving with any engine. */
public abstract class ServableModelContract {
  protected static final ModelSpec LENET = ModelSpec.load("lenet");
  protected static final int MOST = 20;

  private final Engine engine;

  /**
   * @param engine the engine to test
   */
  protected ServableModelContract(Engine engine) {
    this.engine = engine;
  }

  @Test
  protected void isFoundByItsName() {
    assertThat(Engines.named(engine.name())).hasSameClassAs(engine);
  }

  @Test
  protected void predictionsDoNotDependOnTheBatch() {
    Samples samples = new Samples(LENET, MOST);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), MOST)) {
      float[] together = answers(model, samples, 0, MOST);
      for (int size = 1; size < MOST; size++) {
        float[] some = answers(model, samples, MOST - size, size);
        for (int i = 0; i < some.length; i++) {
          assertThat(some[i])
              .isCloseTo(together[(MOST - size) * 10 + i], within(TestedDevice.tolerance(1e-6f)));
        }
      }
    }
  }

  @Test
  protected void writesAtThePositionOfTheBuffer() {
    Samples samples = new Samples(LENET, 2);
    FloatBuffer outputs = FloatBuffer.allocate(21).put(0.5f);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), 2)) {
      model.predict(samples.batch(0, 2), outputs);
    }
    assertThat(outputs.position()).isEqualTo(21);
    assertThat(outputs.get(0)).isEqualTo(0.5f);
    double sum = 0;
    for (int i = 1; i < 21; i++) {
      sum += outputs.get(i);
    }
    assertThat(sum).isCloseTo(2, within(1e-5));
  }

  @Test
  protected void swapReplacesTheParameters() {
    Samples samples = new Samples(LENET, MOST);
    ModelState newer = ModelState.initial(LENET, 2);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), MOST);
        ServableModel expected = engine.load(newer, MOST)) {
      model.swap(newer);
      assertThat(answers(model, samples, 0, MOST)).isEqualTo(answers(expected, samples, 0, MOST));
    }
  }

  @Test
  protected void sharedModelsPredictTheSameInParallel() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), MOST)) {
      float[] expected = answers(model, new Samples(LENET, MOST), 0, MOST);
      List<Future<?>> ends = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        ends.add(threads.submit(() -> assertPredicts(model, expected)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void assertPredicts(ServableModel shared, float[] expected) {
    Samples samples = new Samples(LENET, MOST);
    try (ServableModel model = shared.share()) {
      for (int i = 0; i < 200; i++) {
        assertThat(answers(model, samples, 0, MOST)).isEqualTo(expected);
      }
    }
  }

  @Test
  protected void swapAffectsAllModelsThatShare() {
    Samples samples = new Samples(LENET, MOST);
    ModelState newer = ModelState.initial(LENET, 2);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), MOST);
        ServableModel second = model.share();
        ServableModel third = second.share();
        ServableModel expected = engine.load(newer, MOST)) {
      second.swap(newer);
      float[] answers = answers(expected, samples, 0, MOST);
      assertThat(answers(model, samples, 0, MOST)).isEqualTo(answers);
      assertThat(answers(third, samples, 0, MOST)).isEqualTo(answers);
    }
  }

  @Test
  protected void sharedModelsOutliveTheirOrigin() {
    Samples samples = new Samples(LENET, 1);
    ServableModel origin = engine.load(ModelState.initial(LENET, 1), MOST);
    float[] expected = answers(origin, samples, 0, 1);
    try (ServableModel share = origin.share()) {
      origin.close();
      origin.close();
      assertThatThrownBy(() -> answers(origin, samples, 0, 1))
          .hasMessage("the model has been closed");
      assertThatThrownBy(origin::share).hasMessage("the model has been closed");
      assertThat(answers(share, samples, 0, 1)).isEqualTo(expected);
      share.swap(ModelState.initial(LENET, 2));
      assertThat(answers(share, samples, 0, 1)).isNotEqualTo(expected);
    }
  }

  @Test
  protected void rejectsBatchesOverTheMaximum() {
    Samples samples = new Samples(LENET, 9);
    try (ServableModel model = engine.load(ModelState.initial(LENET, 1), 8)) {
      assertThatThrownBy(() -> model.predict(samples.batch(0, 9), FloatBuffer.allocate(90)))
          .hasMessage("a batch of 9 samples where at most 8 were planned for");
    }
  }

  @Test
  protected void rejectsNumbersThatAreNoCategories() {
    FloatBuffer outputs = FloatBuffer.allocate(2);
    try (ServableModel model = engine.load(ModelState.initial(Samples.COLUMNS, 1), 1)) {
      for (float number : new float[] {0.5f, 4, -1, Float.NaN}) {
        assertThatThrownBy(() -> model.predict(Samples.of(1, number, 1), outputs))
            .isInstanceOf(IllegalArgumentException.class);
      }
      model.predict(Samples.of(1, 3, 1), outputs);
    }
    assertThat(outputs.remaining()).isZero();
  }

  private static float[] answers(ServableModel model, Samples samples, int first, int count) {
    FloatBuffer outputs = FloatBuffer.allocate(count * model.outputLength());
    model.predict(samples.batch(first, count), outputs);
    return outputs.array();
  }
}
