package dev.tidemill.engine.dl4j.kernel;

/**
 * The error function as x times a quotient of polynomials in {@code x^2}. The fit ends where the
 * error function rounds to 1 as a float; see {@code src/test/python/rationals.py}.
 */
final class ErrorFunction {
  private static final float SATURATED = 3.85f;
  private static final float P0 = 1.1283791f;
  private static final float P1 = 1.8789162e-1f;
  private static final float P2 = 5.247879e-2f;
  private static final float P3 = 3.6736417e-3f;
  private static final float P4 = 2.856637e-4f;
  private static final float P5 = 2.108265e-6f;
  private static final float Q1 = 4.9984747e-1f;
  private static final float Q2 = 1.13126345e-1f;
  private static final float Q3 = 1.4784315e-2f;
  private static final float Q4 = 1.1454225e-3f;
  private static final float Q5 = 3.873119e-5f;

  private ErrorFunction() {}

  /**
   * Returns erf with a relative error of at most 4e-7. It has no branch, so the JIT vectorizes
   * loops that call it.
   */
  static float of(float value) {
    float x = Math.max(-SATURATED, Math.min(SATURATED, value));
    float u = x * x;
    float p = Math.fma(u, Math.fma(u, Math.fma(u, P5, P4), P3), P2);
    float q = Math.fma(u, Math.fma(u, Math.fma(u, Q5, Q4), Q3), Q2);
    p = Math.fma(u, Math.fma(u, p, P1), P0);
    q = Math.fma(u, Math.fma(u, q, Q1), 1f);
    return x * p / q;
  }
}
