package dev.tidemill.engine.dl4j;

/**
 * The complementary error function as {@code t * exp(-x^2 + g(t))} with {@code t = 2 / (2 + x)} and
 * g a Chebyshev series in {@code 2t - 1}. Relative error below 1e-8, a float's being 6e-8. The
 * coefficients were computed from a continued fraction; see {@code src/test/python/erfc.py}.
 */
final class ErrorFunction {
  private static final double[] SERIES = {
    -1.3026537198e+00,
    6.4196979236e-01,
    1.9476473204e-02,
    -9.5615147868e-03,
    -9.4659534448e-04,
    3.6683949785e-04,
    4.2523324807e-05,
    -2.0278578113e-05,
    -1.6242900047e-06,
    1.3036558356e-06,
    1.5626441894e-08,
    -8.5238096299e-08,
    6.5290547080e-09,
    5.0593435530e-09,
    -9.9136390430e-10,
    -2.2736517558e-10
  };

  private ErrorFunction() {}

  /** {@code erfc(x)}. */
  static double complement(double x) {
    double z = Math.abs(x);
    double t = 2 / (2 + z);
    double u = 2 * t - 1;
    double b1 = 0;
    double b2 = 0;
    for (int i = SERIES.length - 1; i > 0; i--) {
      double b0 = 2 * u * b1 - b2 + SERIES[i];
      b2 = b1;
      b1 = b0;
    }
    double positive = t * Math.exp(-z * z + u * b1 - b2 + SERIES[0] / 2);
    return x >= 0 ? positive : 2 - positive;
  }
}
