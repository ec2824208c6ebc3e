package dev.tidemill.engine.dl4j.kernel;

/** {@code max(x, 0)}; its derivative at 0 is 0, as in PyTorch. */
public final class Relu extends Elementwise {

  public Relu(Signal input, Signal output) {
    super(input, output, false);
  }

  @Override
  String function() {
    return "relu";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(values[i], 0);
    }
  }

  @Override
  void differentiate(float[] outputs, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      // All ones if the output is not zero; without a branch, as in MaxOfFour.
      int bits = Float.floatToRawIntBits(outputs[i]);
      int mask = (bits | -bits) >> 31;
      gradients[i] = Float.intBitsToFloat(Float.floatToRawIntBits(gradients[i]) & mask);
    }
  }
}
