package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;

/** One layer's computation. How its gradient is computed, libtorch notes on the way. */
interface Layer {

  /**
   * Computes a batch, within a scope.
   *
   * @param x samples outermost
   * @return the input, or a tensor that holds its values by itself, and is no part of another
   *     object
   */
  Tensor forward(Tensor x, Pass pass);
}
