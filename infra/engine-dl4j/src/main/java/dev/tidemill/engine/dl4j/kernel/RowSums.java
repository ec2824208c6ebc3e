package dev.tidemill.engine.dl4j.kernel;

/**
 * Reductions over a range of an array, in floats. The JIT never vectorizes a sum of floats. Eight
 * independent accumulators take an eighth of the time.
 */
public final class RowSums {
  private static final int LANES = 8;

  private RowSums() {}

  /** Returns the sum of {@code count} values, starting at {@code begin}. */
  public static float sum(float[] values, int begin, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int whole = begin + count / LANES * LANES;
    for (int i = begin; i < whole; i += LANES) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
      e += values[i + 4];
      f += values[i + 5];
      g += values[i + 6];
      h += values[i + 7];
    }
    for (int i = whole; i < begin + count; i++) {
      a += values[i];
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** Returns the dot product of two ranges at the same indices. */
  public static float dot(float[] x, float[] y, int begin, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int whole = begin + count / LANES * LANES;
    for (int i = begin; i < whole; i += LANES) {
      a = Math.fma(x[i], y[i], a);
      b = Math.fma(x[i + 1], y[i + 1], b);
      c = Math.fma(x[i + 2], y[i + 2], c);
      d = Math.fma(x[i + 3], y[i + 3], d);
      e = Math.fma(x[i + 4], y[i + 4], e);
      f = Math.fma(x[i + 5], y[i + 5], f);
      g = Math.fma(x[i + 6], y[i + 6], g);
      h = Math.fma(x[i + 7], y[i + 7], h);
    }
    for (int i = whole; i < begin + count; i++) {
      a = Math.fma(x[i], y[i], a);
    }
    return ((a + b) + (c + d)) + ((e + f) + (g + h));
  }

  /** Returns the maximum, or NaN if any value is NaN. */
  public static float max(float[] values, int begin, int count) {
    float a = values[begin];
    float b = a;
    float c = a;
    float d = a;
    int whole = begin + count / 4 * 4;
    for (int i = begin; i < whole; i += 4) {
      a = Math.max(a, values[i]);
      b = Math.max(b, values[i + 1]);
      c = Math.max(c, values[i + 2]);
      d = Math.max(d, values[i + 3]);
    }
    for (int i = whole; i < begin + count; i++) {
      a = Math.max(a, values[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }
}
