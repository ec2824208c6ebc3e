package dev.tidemill.engine.parity;

import dev.tidemill.engine.Engine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares every layer, loss and optimizer with short runs of PyTorch. */
public abstract class PyTorchParity {
  private final Engine engine;

  /**
   * @param engine the engine to test
   */
  protected PyTorchParity(Engine engine) {
    this.engine = engine;
  }

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
  protected void matchesPyTorch(String name) {
    PyTorchRun.read(name).assertMatches(engine);
  }
}
