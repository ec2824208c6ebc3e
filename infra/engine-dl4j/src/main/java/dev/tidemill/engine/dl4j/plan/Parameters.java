package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import org.jspecify.annotations.Nullable;

/**
 * A network's tensors in a memory with its {@link StateLayout}, and in training their gradients.
 *
 * @param memory parameters and buffers, and optionally more
 * @param gradients a gradient per parameter, in the same order; null for inference
 */
public record Parameters(FlatMemory memory, @Nullable FlatMemory gradients) {

  boolean trainable() {
    return gradients != null;
  }

  /**
   * Returns a tensor of a layer.
   *
   * @param tensor the tensor's name in the layer, for example {@code weight}
   */
  Signal of(Network.Layer layer, String tensor) {
    Signal found = orNull(layer, tensor);
    if (found == null) {
      throw new IllegalStateException("layer " + layer.name() + " has no " + tensor);
    }
    return found;
  }

  /** Returns a tensor that a layer may lack, for example {@code bias}, or null. */
  @Nullable Signal orNull(Network.Layer layer, String tensor) {
    return layer.tensor(tensor).map(this::signal).orElse(null);
  }

  private Signal signal(StateLayout.Slice slice) {
    Floats values = memory.slice(slice.offset(), slice.length());
    if (gradients == null || slice.kind() != StateLayout.Kind.PARAMETER) {
      return new Signal(values, null);
    }
    return new Signal(values, gradients.slice(slice.offset(), slice.length()));
  }
}
