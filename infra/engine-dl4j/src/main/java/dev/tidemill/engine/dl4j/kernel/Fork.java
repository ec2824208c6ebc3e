package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/** One signal for two readers: they see the same values, and the gradients they find are added. */
public final class Fork implements Kernel {
  private final Signal input;
  private final Floats first;
  private final Floats second;
  private final float[] sum = new float[Floats.TILE];
  private final float[] summand = new float[Floats.TILE];

  /**
   * @param first gradient that one reader leaves
   * @param second the other's
   */
  public Fork(Signal input, Floats first, Floats second) {
    this.input = input;
    this.first = first;
    this.second = second;
  }

  /** The readers' values are the input's own. */
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
