package dev.tidemill.engine.dl4j.kernel;

/** The hyperbolic tangent; its derivative is {@code 1 - y * y}. */
public final class Tanh extends Elementwise {
  /** From this value on, tanh rounds to 1 as a float. */
  private static final float SATURATED = 9.02f;

  // Lambert's continued fraction x / (1 + x^2 / (3 + x^2 / (5 + ...))), truncated after 13 levels,
  // as a quotient of polynomials in x^2; see src/test/python/rationals.py.
  private static final float P1 = 1.4666666e-1f;
  private static final float P2 = 5.2173915e-3f;
  private static final float P3 = 6.6252585e-5f;
  private static final float P4 = 3.2286837e-7f;
  private static final float P5 = 5.179706e-10f;
  private static final float P6 = 1.2648855e-13f;
  private static final float Q1 = 4.8e-1f;
  private static final float Q2 = 3.188406e-2f;
  private static final float Q3 = 6.625259e-4f;
  private static final float Q4 = 5.2304677e-6f;
  private static final float Q5 = 1.5193805e-8f;
  private static final float Q6 = 1.1510458e-11f;

  public Tanh(Signal input, Signal output) {
    super(input, output, false);
  }

  @Override
  String function() {
    return "tanh";
  }

  @Override
  void apply(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = tanh(values[i]);
    }
  }

  @Override
  void differentiate(float[] outputs, float[] gradients, int count) {
    for (int i = 0; i < count; i++) {
      gradients[i] *= 1 - outputs[i] * outputs[i];
    }
  }

  /**
   * Returns tanh with a relative error of at most 4e-7. It has no branch, so the JIT vectorizes
   * loops that call it.
   */
  public static float tanh(float value) {
    float x = Math.max(-SATURATED, Math.min(SATURATED, value));
    float u = x * x;
    float p = Math.fma(u, Math.fma(u, Math.fma(u, P6, P5), P4), P3);
    float q = Math.fma(u, Math.fma(u, Math.fma(u, Q6, Q5), Q4), Q3);
    p = Math.fma(u, Math.fma(u, Math.fma(u, p, P2), P1), 1f);
    q = Math.fma(u, Math.fma(u, Math.fma(u, q, Q2), Q1), 1f);
    return x * p / q;
  }
}
