package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import org.bytedeco.pytorch.Tensor;

/** What is minimized, over a network's outputs. */
interface Loss {

  /** The loss of a network's spec. */
  static Loss of(Network network) {
    return switch (network.spec().loss()) {
      case CROSS_ENTROPY -> new CrossEntropy(network);
      case MSE -> new MeanSquaredError(network.outputLength());
    };
  }

  /** A tensor of one value: the sum of the samples' losses, before {@link #factor}. */
  Tensor sum(Tensor outputs, Tensor targets);

  /** What the sum is to be multiplied by, in the loss and in its gradient. */
  double factor();

  /** A tensor of one value: right answers, of all labels. */
  Tensor correct(Tensor outputs, Tensor targets);

  /**
   * What a caller is answered.
   *
   * @param outputs {@code [samples, outputs]}
   */
  Tensor answer(Tensor outputs);
}
