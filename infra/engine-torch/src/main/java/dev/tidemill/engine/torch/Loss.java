package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.Tensor;

/** A loss function over a network's outputs. */
interface Loss {

  /** Creates the loss of a network's spec. */
  static Loss of(Network network) {
    return switch (network.spec().loss()) {
      case CROSS_ENTROPY -> new CrossEntropy(network);
      case MSE -> new MeanSquaredError(network.outputLength());
    };
  }

  /** Returns the sum of the samples' losses, before {@link #sumScale}, as a scalar tensor. */
  Tensor sum(Tensor outputs, Tensor targets);

  /**
   * Returns what {@link #sum} is multiplied by to get the sum of the samples' mean losses: 1 /
   * labels per sample for cross entropy, 1 / outputs for MSE. Applies to its gradient, too.
   */
  double sumScale();

  /** Returns the number of correctly predicted labels as a scalar tensor. */
  Tensor correct(Tensor outputs, Tensor targets);

  /**
   * Converts outputs to predictions: class probabilities, or the outputs themselves.
   *
   * @param outputs {@code [samples, outputs]}
   */
  Tensor answer(Tensor outputs);
}
