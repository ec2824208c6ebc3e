package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * GELU: {@code x * Phi(x)}, where Phi is the normal distribution function (Hendrycks and Gimpel,
 * 2016).
 */
public final class Gelu extends Elementwise {
  private static final float ROOT_HALF = (float) Math.sqrt(0.5);
  private static final float DENSITY_AT_0 = (float) (1 / Math.sqrt(2 * Math.PI));

  private final Exponential exponential = new Exponential(Floats.TILE);
  private final float[] densities = new float[Floats.TILE];

  public Gelu(Signal input, Signal output) {
    super(input, output, true);
  }

  @Override
  String function() {
    return "gelu";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      float x = values[i];
      values[i] = x * normal(x);
    }
  }

  @Override
  void differentiate(float[] inputs, float[] gradients, int count) {
    halfSquares(inputs, densities, count);
    exponential.apply(densities, count);
    multiply(inputs, densities, gradients, count);
  }

  private static void halfSquares(float[] inputs, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = inputs[i] * inputs[i] * -0.5f;
    }
  }

  private static void multiply(float[] inputs, float[] powers, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      float x = inputs[i];
      gradients[i] *= Math.fma(x * DENSITY_AT_0, powers[i], normal(x));
    }
  }

  private static float normal(float x) {
    return Math.fma(ErrorFunction.of(x * ROOT_HALF), 0.5f, 0.5f);
  }
}
