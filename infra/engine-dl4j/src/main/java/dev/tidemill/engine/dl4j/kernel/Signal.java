package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import org.jspecify.annotations.Nullable;

/**
 * Values and, if needed, the gradient of the loss with respect to them. A signal connects two
 * kernels or holds a kernel's parameters.
 */
public record Signal(Floats values, @Nullable Floats gradient) {

  /** Returns whether there is memory for a gradient. */
  public boolean hasGradient() {
    return gradient != null;
  }

  /**
   * Returns the gradient of a signal that has one.
   *
   * @throws IllegalStateException if the signal has no gradient, because its plan is for inference
   *     only
   */
  public Floats requiredGradient() {
    if (gradient == null) {
      throw new IllegalStateException(
          "this signal has no gradient; its plan is for inference only");
    }
    return gradient;
  }
}
