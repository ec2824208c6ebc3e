package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/** Passes one signal to two consumers and sums their gradients. */
public final class Fork implements Kernel {
  private final Signal input;
  private final Floats first;
  private final Floats second;
  private final float[] sum = new float[Floats.TILE];
  private final float[] summand = new float[Floats.TILE];

  /**
   * @param first gradient from the first consumer
   * @param second gradient from the second consumer
   */
  public Fork(Signal input, Floats first, Floats second) {
    this.input = input;
    this.first = first;
    this.second = second;
  }

  /** Does nothing, because the consumers read the input's values directly. */
  @Override
  public void forward() {}

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    for (int at = 0; at < dx.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, dx.length() - at);
      first.read(at, sum, count);
      second.read(at, summand, count);
      for (int i = 0; i < count; i++) {
        sum[i] += summand[i];
      }
      dx.write(at, sum, count);
    }
  }

  @Override
  public String describe() {
    return "fork of " + input.values().length() + ": own loop";
  }
}
