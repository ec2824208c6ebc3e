package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;

/** One layer's computation. How its gradient is computed, libtorch notes on the way. */
interface Layer {

  /**
   * Computes a batch.
   *
   * @param x samples outermost
   */
  Tensor forward(Tensor x, Pass pass);
}
