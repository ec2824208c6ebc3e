package dev.tidemill.engine.dl4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * {@code exp} of many floats, to a float's precision: {@code 2^n * exp(r)} with n the nearest whole
 * number to {@code x / ln 2}. The JIT vectorises every loop of it, which it cannot do with {@link
 * Math#exp}; floats become bits and bits floats in memory that is seen as both.
 */
public final class Exponential {
  /** Below it and above, results would be no normal floats any more. */
  private static final float LOWEST = -87;

  private static final float HIGHEST = 88;
  private static final float PER_LN2 = (float) (1 / Math.log(2));
  // The first digits of ln 2, so few that their product with n is exact, and the others.
  private static final float LN2 = 0x1.63p-1f;
  private static final float LN2_REST = (float) (Math.log(2) - LN2);
  // Added to a small number, it leaves the whole part in the lowest bits.
  private static final float ROUND = 0x1.8p23f;
  private static final int MANTISSA_BITS = 23;
  private static final int BIAS = 127;
  private static final float[] SERIES = series(7);

  private final float[] whole;
  private final int[] bits;
  private final FloatBuffer asFloats;
  private final IntBuffer asBits;

  /**
   * @param most values at a time
   */
  public Exponential(int most) {
    whole = new float[most];
    bits = new int[most];
    ByteBuffer memory =
        ByteBuffer.allocateDirect(most * Float.BYTES).order(ByteOrder.nativeOrder());
    asFloats = memory.asFloatBuffer();
    asBits = memory.asIntBuffer();
  }

  /** Replaces the first so many by their powers of e; never 0, and never infinite. NaN stays. */
  public void apply(float[] values, int count) {
    split(values, whole, count);
    asFloats.put(0, whole, 0, count);
    asBits.get(0, bits, 0, count);
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] + BIAS) << MANTISSA_BITS;
    }
    asBits.put(0, bits, 0, count);
    asFloats.get(0, whole, 0, count);
    raise(values, whole, count);
  }

  /** Leaves the rest in {@code values}, and the whole number in the lowest bits of the others. */
  private static void split(float[] values, float[] rounded, int count) {
    for (int i = 0; i < count; i++) {
      float x = Math.max(LOWEST, Math.min(HIGHEST, values[i]));
      float shifted = Math.fma(x, PER_LN2, ROUND);
      float n = shifted - ROUND;
      rounded[i] = shifted;
      values[i] = Math.fma(-n, LN2_REST, Math.fma(-n, LN2, x));
    }
  }

  private static void raise(float[] values, float[] powersOf2, int count) {
    float c7 = SERIES[7];
    float c6 = SERIES[6];
    float c5 = SERIES[5];
    float c4 = SERIES[4];
    float c3 = SERIES[3];
    for (int i = 0; i < count; i++) {
      float r = values[i];
      float high = Math.fma(r, Math.fma(r, Math.fma(r, Math.fma(r, c7, c6), c5), c4), c3);
      float power = Math.fma(r, Math.fma(r, Math.fma(r, high, 0.5f), 1f), 1f);
      values[i] = power * powersOf2[i];
    }
  }

  /** {@code 1 / n!}. */
  private static float[] series(int last) {
    float[] coefficients = new float[last + 1];
    double factorial = 1;
    for (int n = 0; n <= last; n++) {
      factorial *= Math.max(1, n);
      coefficients[n] = (float) (1 / factorial);
    }
    return coefficients;
  }
}
