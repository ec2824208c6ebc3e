package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * Applies a function to each value. It may work in place if the derivative follows from the output,
 * but not if the derivative needs the input.
 */
public abstract class Elementwise implements Kernel {
  private final Signal input;
  private final Signal output;
  private final Floats saved;
  private final float[] values = new float[Floats.TILE];
  private final float[] gradients = new float[Floats.TILE];

  Elementwise(Signal input, Signal output, boolean savesInput) {
    this.input = input;
    this.output = output;
    saved = savesInput ? input.values() : output.values();
  }

  /** Returns the output signal. */
  public final Signal output() {
    return output;
  }

  /** Applies the function to the first {@code count} values in place. */
  abstract void apply(float[] values, int count);

  /**
   * Multiplies gradients by the derivative in place.
   *
   * @param saved inputs of the function if it saves its input, else its outputs
   */
  abstract void differentiate(float[] saved, float[] gradients, int count);

  @Override
  public final void forward() {
    int length = output.values().length();
    for (int at = 0; at < length; at += Floats.TILE) {
      int count = Math.min(Floats.TILE, length - at);
      input.values().read(at, values, count);
      apply(values, count);
      output.values().write(at, values, count);
    }
  }

  @Override
  public final void backward() {
    Floats dx = input.requiredGradient();
    Floats dy = output.requiredGradient();
    for (int at = 0; at < dy.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, dy.length() - at);
      saved.read(at, values, count);
      dy.read(at, gradients, count);
      differentiate(values, gradients, count);
      dx.write(at, gradients, count);
    }
  }

  /** Returns the function's name. */
  abstract String function();

  @Override
  public final String describe() {
    String place = output.values().hasSameAddressAs(input.values()) ? ", in place" : "";
    return function() + " of " + output.values().length() + place + ": own loop";
  }
}
