package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import dev.tidemill.engine.dl4j.memory.Floats;
import org.jspecify.annotations.Nullable;

/**
 * A network's tensors in a memory of its {@link StateLayout}, with their gradients beside them
 * where they learn.
 *
 * @param memory at least parameters and buffers
 * @param gradients one for each parameter, in the same order
 */
public record Parameters(FlatMemory memory, @Nullable FlatMemory gradients) {

  boolean learn() {
    return gradients != null;
  }

  /**
   * A parameter of a layer.
   *
   * @param within its name there, e.g. {@code weight}
   */
  Signal of(Network.Layer layer, String within) {
    Signal found = orNull(layer, within);
    if (found == null) {
      throw new IllegalStateException("layer " + layer.name() + " has no " + within);
    }
    return found;
  }

  /** The same where a layer may lack it, e.g. {@code bias}. */
  @Nullable Signal orNull(Network.Layer layer, String within) {
    return layer.tensor(within).map(this::signal).orElse(null);
  }

  private Signal signal(StateLayout.Slice slice) {
    Floats values = memory.slice(slice.offset(), slice.length());
    if (gradients == null || slice.kind() != StateLayout.Kind.PARAMETER) {
      return new Signal(values, null);
    }
    return new Signal(values, gradients.slice(slice.offset(), slice.length()));
  }
}
