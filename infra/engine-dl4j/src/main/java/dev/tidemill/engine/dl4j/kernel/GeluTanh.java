package dev.tidemill.engine.dl4j.kernel;

/**
 * The tanh approximation of GELU: {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))}.
 */
public final class GeluTanh extends Elementwise {
  private static final double SLOPE = Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  public GeluTanh(Signal input, Signal output) {
    super(input, output, true);
  }

  @Override
  String function() {
    return "gelu, tanh form";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      double x = values[i];
      values[i] = (float) (0.5 * x * (1 + Tanh.tanh((float) inner(x))));
    }
  }

  @Override
  void differentiate(float[] inputs, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      double x = inputs[i];
      double t = Tanh.tanh((float) inner(x));
      double slope = SLOPE * (1 + 3 * CUBIC * x * x);
      gradients[i] = (float) (gradients[i] * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope));
    }
  }

  private static double inner(double x) {
    return SLOPE * (x + CUBIC * x * x * x);
  }
}
