package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The order in which an engine best computes layers; values and gradients are the same. */
public final class ExecutionOrder {
  private ExecutionOrder() {}

  /**
   * Puts each ReLU after the max pooling that follows it, where it has fewer values to compute.
   * Both are monotone: the largest of some values, cut off at 0, is the largest of the values cut
   * off at 0, to the bit, and the gradient goes the same way.
   *
   * @param layers one after the other; not changed
   */
  public static List<Network.Layer> of(List<Network.Layer> layers) {
    List<Network.Layer> ordered = new ArrayList<>(layers);
    for (int i = 1; i < ordered.size(); i++) {
      if (isRelu(ordered.get(i - 1)) && ordered.get(i).spec() instanceof LayerSpec.MaxPool2d) {
        Collections.swap(ordered, i - 1, i);
      }
    }
    return ordered;
  }

  private static boolean isRelu(Network.Layer layer) {
    return layer.spec() instanceof LayerSpec.Activation activation
        && activation.kind() == LayerSpec.Activation.Kind.RELU;
  }
}
