package dev.tidemill.engine.torch;

import org.bytedeco.pytorch.Tensor;

/** The forward pass of a layer. libtorch's autograd records it for the backward pass. */
interface Layer {

  /**
   * Computes a batch. The caller opens a {@code PointerScope}.
   *
   * @param x samples outermost
   * @return the input, or a tensor that owns its values and is not part of another native object
   */
  Tensor forward(Tensor x, ForwardContext context);
}
