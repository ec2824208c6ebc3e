package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Region;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import dev.tidemill.engine.parity.PyTorchRun;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares gradients with finite differences of the loss, a double, on smooth networks. */
class NumericGradientTest {
  private static final float STEP = 1e-2f;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer-conv2d_padding",
        "layer-conv2d_stride",
        "layer-conv2d_wide",
        "layer-avg_pool2d",
        "layer-linear",
        "layer-batch_norm1d",
        "loss-mse",
        "loss-mse_samples",
        "loss-dense_all"
      })
  void gradientMatchesFiniteDifferences(String name) {
    PyTorchRun run = PyTorchRun.read(name);
    ModelState begin = run.begin();
    Network network = Network.of(run.spec());
    try (StateMemory state = StateMemory.copy(begin);
        FlatMemory gradients = new FlatMemory(network.parameterCount());
        Region region = new Region();
        Plan plan =
            PlanBuilder.plan(
                network, new Parameters(state.memory(), gradients), run.batchSize(), region)) {
      TensorBatch batch = run.batch(0);
      loss(plan, batch);
      float[] analytic = new float[gradients.all().length()];
      gradients.all().read(0, analytic, analytic.length);
      for (int i = 0; i < analytic.length; i++) {
        float value = state.memory().all().buffer().get(i);
        state.memory().all().buffer().put(i, value + STEP);
        double above = loss(plan, batch);
        state.memory().all().buffer().put(i, value - STEP);
        double below = loss(plan, batch);
        state.memory().all().buffer().put(i, value);
        double numeric = (above - below) / (2 * STEP);
        assertThat((double) analytic[i])
            .as("parameter %d", i)
            .isCloseTo(numeric, within(2e-4 + 2e-3 * Math.abs(numeric)));
      }
    }
  }

  private static double loss(Plan plan, TensorBatch batch) {
    plan.train(batch, new TrainingPass(), batch.size());
    return plan.loss().lossSum() / batch.size();
  }
}
