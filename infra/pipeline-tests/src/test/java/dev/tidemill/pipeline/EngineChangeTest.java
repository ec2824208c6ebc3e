package dev.tidemill.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Engines;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.OptimizerSpec;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a run may change its engine at a checkpoint. Loads both engines in one process. */
class EngineChangeTest {
  private static final int BATCH = 16;
  private static final int STEPS = 6;
  private static final Engine DL4J = Engines.named("dl4j");
  private static final Engine TORCH = Engines.named("torch");

  @ParameterizedTest
  @ValueSource(strings = {"lenet", "resnet", "lstm", "transformer"})
  void eachEngineContinuesAndServesWhatTheOtherTrained(String name) {
    // Not Adam: it may divide by pure rounding errors, which differ between engines.
    ModelSpec spec =
        ModelSpec.load(name).withOptimizer(new OptimizerSpec.Sgd(0.01, 0.9, 0, false, 0));
    float[] unchanged = Samples.tensors(trained(spec, TORCH, TORCH));
    ModelState toTorch = trained(spec, DL4J, TORCH);
    ModelState toDl4j = trained(spec, TORCH, DL4J);
    for (ModelState changed : new ModelState[] {toTorch, toDl4j}) {
      assertThat(Samples.tensors(changed)).containsExactly(unchanged, within(2e-3f));
      assertThat(answers(DL4J, changed)).containsExactly(answers(TORCH, changed), within(1e-5f));
    }
  }

  private static ModelState trained(ModelSpec spec, Engine first, Engine second) {
    Samples samples = new Samples(spec, BATCH * STEPS);
    ModelState state = ModelState.initial(spec, 1);
    int step = 0;
    for (Engine engine : new Engine[] {first, second}) {
      int end = step + STEPS / 2;
      try (TrainableModel model = engine.create(state, 1)) {
        for (; step < end; step++) {
          model.step(samples.batch(step * BATCH, BATCH));
        }
        model.beginSnapshot(state).await();
      }
    }
    assertThat(state.counters().steps()).isEqualTo(STEPS);
    return state;
  }

  private static float[] answers(Engine engine, ModelState state) {
    try (ServableModel model = engine.load(state, BATCH)) {
      FloatBuffer outputs = FloatBuffer.allocate(BATCH * model.outputLength());
      model.predict(new Samples(state.spec(), BATCH).batch(0, BATCH), outputs);
      return outputs.array();
    }
  }
}
