package dev.tidemill.engine.dl4j.kernel;

/** {@code 1 / (1 + exp(-x))}; its derivative is {@code y * (1 - y)}. */
public final class Sigmoid extends Elementwise {

  public Sigmoid(Signal input, Signal output) {
    super(input, output, false);
  }

  @Override
  String function() {
    return "sigmoid";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = (float) (1 / (1 + Math.exp(-values[i])));
    }
  }

  @Override
  void differentiate(float[] outputs, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      gradients[i] *= outputs[i] * (1 - outputs[i]);
    }
  }
}
