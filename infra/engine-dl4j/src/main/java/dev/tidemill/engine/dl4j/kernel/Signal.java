package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import org.jspecify.annotations.Nullable;

/**
 * Values, and the loss's gradient with respect to them where anybody asks for it: what flows
 * between two kernels, or the parameters of one.
 */
public record Signal(Floats values, @Nullable Floats gradient) {

  /** Whether there is memory for a gradient. */
  public boolean wantsGradient() {
    return gradient != null;
  }

  /**
   * The gradient of a signal that has one.
   *
   * @throws IllegalStateException if it has none: a plan for answers only was asked to learn
   */
  public Floats requiredGradient() {
    if (gradient == null) {
      throw new IllegalStateException("a gradient is asked for where none was planned");
    }
    return gradient;
  }
}
