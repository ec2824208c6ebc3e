package dev.tidemill.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a layer costs, for one sample.
 *
 * @param name in full; {@code input} and {@code loss} for what stands before and after the layers
 * @param type the spec's word for it
 * @param outputShape that it gives on; of the loss, none
 * @param parameters learned values
 * @param flops of the forward pass: 2 for each multiply-add of a product (convolution, linear,
 *     recurrent, attention), as PyTorch's {@code FlopCounterMode} counts; nothing for what works on
 *     each value by itself. Going back takes twice as many
 * @param activationBytes that are kept in FLOAT32 from the forward pass for going back
 * @param block the outermost residual that it is in; null where it is in none
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
