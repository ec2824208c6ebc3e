package dev.tidemill.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cost of one layer for one sample.
 *
 * @param name the full name; {@code input} and {@code loss} for the rows around the layers
 * @param type the layer's type in the spec
 * @param outputShape the shape of the output; empty for the loss
 * @param parameters number of learned values
 * @param flops of the forward pass: 2 for each multiply-add of a product (convolution, linear,
 *     recurrent, attention), as PyTorch's {@code FlopCounterMode} counts. Elementwise operations
 *     count as 0. The backward pass takes twice as many.
 * @param activationBytes FLOAT32 bytes that the forward pass saves for the backward pass
 * @param block the outermost residual that contains the layer; null outside of residuals
 */
public record LayerCost(
    String name,
    String type,
    List<Integer> outputShape,
    long parameters,
    long flops,
    long activationBytes,
    @Nullable String block) {

  public LayerCost {
    outputShape = List.copyOf(outputShape);
  }
}
