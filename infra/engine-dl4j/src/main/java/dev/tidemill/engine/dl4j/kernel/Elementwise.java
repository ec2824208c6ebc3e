package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * A function of each value on its own. A function whose derivative can be told from its output may
 * work in place; one that needs its input may not.
 */
public abstract class Elementwise implements Kernel {
  private final Signal input;
  private final Signal output;
  private final Floats remembered;
  private final float[] values = new float[Floats.TILE];
  private final float[] gradients = new float[Floats.TILE];

  Elementwise(Signal input, Signal output, boolean remembersInput) {
    this.input = input;
    this.output = output;
    remembered = remembersInput ? input.values() : output.values();
  }

  /** Where the results go. */
  public final Signal output() {
    return output;
  }

  /** Replaces the first {@code count} values by the function of them. */
  abstract void apply(float[] values, int count);

  /**
   * Multiplies gradients by the derivative.
   *
   * @param remembered what the function gave, or what it was given if it remembers its input
   */
  abstract void differentiate(float[] remembered, float[] gradients, int count);

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
      remembered.read(at, values, count);
      dy.read(at, gradients, count);
      differentiate(values, gradients, count);
      dx.write(at, gradients, count);
    }
  }

  /** The function's name. */
  abstract String function();

  @Override
  public final String describe() {
    String place = output.values().sameAs(input.values()) ? ", in place" : "";
    return function() + " of " + output.values().length() + place + ": own loop";
  }
}
