package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/** Adds two signals elementwise; both get the gradient of the sum. */
public final class Sum implements Kernel {
  private final Signal first;
  private final Signal second;
  private final Signal output;
  private final float[] sum = new float[Floats.TILE];
  private final float[] summand = new float[Floats.TILE];

  /**
   * @param second signal whose gradient may share memory with the output's gradient
   */
  public Sum(Signal first, Signal second, Signal output) {
    this.first = first;
    this.second = second;
    this.output = output;
  }

  @Override
  public void forward() {
    int length = output.values().length();
    for (int at = 0; at < length; at += Floats.TILE) {
      int count = Math.min(Floats.TILE, length - at);
      first.values().read(at, sum, count);
      second.values().read(at, summand, count);
      for (int i = 0; i < count; i++) {
        sum[i] += summand[i];
      }
      output.values().write(at, sum, count);
    }
  }

  @Override
  public void backward() {
    copyGradient(first);
    copyGradient(second);
  }

  private void copyGradient(Signal to) {
    Floats dx = to.gradient();
    Floats dy = output.requiredGradient();
    if (dx != null && !dx.hasSameAddressAs(dy)) {
      dx.copyFrom(dy);
    }
  }

  @Override
  public String describe() {
    return "sum of " + output.values().length() + ": own loop";
  }
}
