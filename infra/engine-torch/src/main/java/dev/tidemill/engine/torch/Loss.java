package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A loss function over a network's outputs. */
interface Loss {

  /** Creates the loss of a network's spec, on a device. */
  static Loss of(Network network, Placement placement) {
    return switch (network.spec().loss().type()) {
      case CROSS_ENTROPY -> new CrossEntropy(network, placement);
      case MSE -> new MeanSquaredError(network.outputLength());
    };
  }

  /**
   * Returns the weighted sum of the samples' losses, before {@link #sumScale}, as a scalar tensor.
   *
   * @param weights {@code [samples]}; null if each sample weighs 1
   */
  Tensor sum(Tensor outputs, Tensor targets, @Nullable Tensor weights);

  /**
   * Returns what {@link #sum} is multiplied by to get the sum of the samples' mean losses: 1 /
   * labels per sample for cross entropy, 1 / outputs for MSE. Applies to its gradient, too.
   */
  double sumScale();

  /** Compares outputs with targets, and adds the result to sums on the device. */
  void compare(Tensor outputs, Tensor targets, RunningSums into);

  /**
   * Converts outputs to predictions: class probabilities, or the outputs themselves.
   *
   * @param outputs {@code [samples, outputs]}
   */
  Tensor answer(Tensor outputs);
}
