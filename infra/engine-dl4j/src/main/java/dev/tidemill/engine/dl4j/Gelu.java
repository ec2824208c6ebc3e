package dev.tidemill.engine.dl4j;

/** {@code x * Phi(x)} with the normal distribution function Phi (Hendrycks and Gimpel, 2016). */
final class Gelu extends Elementwise {
  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);

  Gelu(Signal input, Signal output) {
    super(input, output, true);
  }

  @Override
  String function() {
    return "gelu";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = (float) (values[i] * normal(values[i]));
    }
  }

  @Override
  void differentiate(float[] inputs, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      double x = inputs[i];
      double density = DENSITY_AT_0 * Math.exp(-x * x / 2);
      gradients[i] = (float) (gradients[i] * (normal(x) + x * density));
    }
  }

  private static double normal(double x) {
    return 0.5 * ErrorFunction.complement(-x * ROOT_HALF);
  }
}
