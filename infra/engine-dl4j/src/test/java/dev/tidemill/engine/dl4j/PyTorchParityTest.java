package dev.tidemill.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import java.nio.FloatBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layer, loss and optimizer, over some steps, against numbers that PyTorch gave. */
class PyTorchParityTest {
  private static final float TOLERANCE = 2e-5f;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer-conv2d",
        "layer-conv2d_padding",
        "layer-conv2d_stride",
        "layer-conv2d_wide",
        "layer-max_pool2d",
        "layer-max_pool2d_after_relu",
        "layer-avg_pool2d",
        "layer-pools_first",
        "layer-linear",
        "layer-activations",
        "layer-activations_in_a_row",
        "layer-batch_norm2d",
        "layer-batch_norm1d",
        "layer-residual",
        "layer-residual_nested",
        "layer-lstm",
        "layer-lstm_mean",
        "layer-lstm_stacked",
        "layer-lstm_places",
        "layer-layer_norm",
        "layer-embedding",
        "layer-attention",
        "layer-attention_without_bias",
        "layer-transformer",
        "optimizer-sgd",
        "optimizer-sgd_momentum",
        "optimizer-sgd_nesterov",
        "optimizer-adagrad",
        "optimizer-adagrad_decay",
        "optimizer-rmsprop",
        "optimizer-rmsprop_centered",
        "optimizer-rmsprop_momentum",
        "optimizer-adam",
        "optimizer-adam_amsgrad",
        "optimizer-adamw",
        "optimizer-adamw_amsgrad",
        "optimizer-clipped",
        "loss-mse",
        "single-samples",
        "single-sequences"
      })
  void computesWhatPyTorchComputes(String name) {
    PyTorchRun run = PyTorchRun.read(name);
    ModelState state = run.begin();
    try (TrainableModel model = new Dl4jEngine().create(state, 1)) {
      float[] losses = run.values("losses");
      StepMetrics metrics = new StepMetrics();
      for (int i = 0; i < losses.length; i++) {
        model.step(run.batch(i));
        model.drainMetrics(metrics);
        assertThat((float) metrics.loss()).as("loss %d", i).isCloseTo(losses[i], within(TOLERANCE));
      }
      model.snapshot(state);
    }
    for (StateLayout.Slice slice : state.layout().slices()) {
      if (slice.kind() != StateLayout.Kind.OPTIMIZER) {
        assertClose(
            slice.name(), state.data(slice).asFloatBuffer(), run.values("end." + slice.name()));
      }
    }
    float[] outputs = run.values("outputs");
    FloatBuffer answers = FloatBuffer.allocate(outputs.length);
    try (ServableModel servable = new Dl4jEngine().load(state, run.batchSize())) {
      servable.predict(run.batch(0), answers);
    }
    assertClose("outputs", answers.flip(), outputs);
  }

  private static void assertClose(String name, FloatBuffer ours, float[] theirs) {
    assertThat(ours.remaining()).isEqualTo(theirs.length);
    for (int i = 0; i < theirs.length; i++) {
      assertThat(ours.get(i)).as("%s[%d]", name, i).isCloseTo(theirs[i], within(TOLERANCE));
    }
  }
}
