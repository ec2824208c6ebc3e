package dev.tidemill.engine.parity;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.TrainableModel;
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
        "layer-column_embedding",
        "layer-column_embedding_alone",
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

  /**
   * Each run is computed at once, by several threads, in micro-batches of the spec and in parts
   * that the caller cuts: the whole step's weight counts, not that of a part.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss-dense_smoothing",
        "loss-dense_classes",
        "loss-dense_samples",
        "loss-dense_all",
        "loss-conv_smoothing",
        "loss-conv_classes",
        "loss-conv_samples",
        "loss-conv_all",
        "loss-sequence_smoothing",
        "loss-sequence_classes",
        "loss-sequence_samples",
        "loss-sequence_all",
        "loss-mse_samples"
      })
  protected void weightedLossMatchesPyTorch(String name) {
    PyTorchRun run = PyTorchRun.read(name);
    run.assertMatches(engine);
    run.assertFirstGradientMatches(engine);
    run.assertMatches(engine, 3, TrainableModel::step);
    int micro = run.batchSize() / 3 + 1;
    run.withMicroBatches(micro).assertMatches(engine);
    run.assertMatchesInParts(engine, micro);
  }
}
