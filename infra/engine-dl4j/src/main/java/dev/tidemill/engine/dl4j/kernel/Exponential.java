package dev.tidemill.engine.dl4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Computes {@code exp} of an array in float precision, as {@code 2^n * exp(r)} with n the integer
 * nearest to {@code x / ln 2}. The JIT vectorizes each of its loops, which it cannot do with {@link
 * Math#exp}. To convert between floats and bits, the loops use a buffer with both views.
 */
public final class Exponential {
  /** Outside of these limits, results would not be normal floats. */
  private static final float LOWEST = -87;

  private static final float HIGHEST = 88;
  private static final float INVERSE_LN2 = (float) (1 / Math.log(2));
  // ln 2 split into leading bits, whose product with n is exact, and the remainder.
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);
  // Added to a small number, it leaves the rounded integer in the lowest bits.
  private static final float ROUND = 0x1.8p23f;
  private static final int MANTISSA_BITS = 23;
  private static final int BIAS = 127;
  private static final float[] SERIES = series(7);

  private final float[] rounded;
  private final int[] bits;
  private final FloatBuffer asFloats;
  private final IntBuffer asBits;

  /**
   * @param maxCount maximum number of values per call
   */
  public Exponential(int maxCount) {
    rounded = new float[maxCount];
    bits = new int[maxCount];
    ByteBuffer memory =
        ByteBuffer.allocateDirect(maxCount * Float.BYTES).order(ByteOrder.nativeOrder());
    asFloats = memory.asFloatBuffer();
    asBits = memory.asIntBuffer();
  }

  /**
   * Replaces the first {@code count} values with their exponentials, which are never 0 or infinite.
   * NaN stays NaN.
   */
  public void apply(float[] values, int count) {
    split(values, rounded, count);
    asFloats.put(0, rounded, 0, count);
    asBits.get(0, bits, 0, count);
    for (int i = 0; i < count; i++) {
      bits[i] = (bits[i] + BIAS) << MANTISSA_BITS;
    }
    asBits.put(0, bits, 0, count);
    asFloats.get(0, rounded, 0, count);
    multiplyByPowers(values, rounded, count);
  }

  /** Leaves r in {@code values} and n in the lowest bits of {@code rounded}. */
  private static void split(float[] values, float[] rounded, int count) {
    for (int i = 0; i < count; i++) {
      float x = Math.max(LOWEST, Math.min(HIGHEST, values[i]));
      float shifted = Math.fma(x, INVERSE_LN2, ROUND);
      float n = shifted - ROUND;
      rounded[i] = shifted;
      values[i] = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x));
    }
  }

  private static void multiplyByPowers(float[] values, float[] powersOf2, int count) {
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

  /** Returns the Taylor coefficients {@code 1 / n!}. */
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
