package dev.tidemill.schemas.tensor;

/**
 * Converts the two 16-bit floating-point types from and to float. Rounds to nearest, ties to even.
 *
 * <p>Sources: IEEE 754-2019 binary16 (1 sign, 5 exponent, 10 fraction bits); bfloat16 is the upper
 * half of a binary32. Java supports binary16 only from version 20.
 */
final class HalfPrecision {
  private static final int FLOAT_INFINITY = 0x7f800000;
  private static final int FLOAT16_INFINITY = 0x7c00;

  /** The smallest float that rounds to infinity: half a step above 65504, the largest binary16. */
  private static final int FLOAT16_OVERFLOW = Float.floatToRawIntBits(65520f);

  /** 2^-14, the smallest normal binary16. */
  private static final int FLOAT16_NORMAL = Float.floatToRawIntBits(0x1p-14f);

  private HalfPrecision() {}

  static float fromFloat16(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      // Subnormal: fraction * 2^-24, exact in a float.
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    // The biases are 15 and 127; an exponent of all ones stays all ones.
    int widened = exponent == 0x1f ? FLOAT_INFINITY : (exponent + (127 - 15)) << 23;
    return Float.intBitsToFloat(sign | widened | (fraction << 13));
  }

  static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > FLOAT_INFINITY) {
      // A NaN stays a NaN, whichever fraction bits are cut off.
      return (short) (sign | FLOAT16_INFINITY | 0x200 | ((magnitude >>> 13) & 0x3ff));
    }
    if (magnitude >= FLOAT16_OVERFLOW) {
      return (short) (sign | FLOAT16_INFINITY);
    }
    if (magnitude < FLOAT16_NORMAL) {
      // Scaled to units of 2^-24, where rint rounds ties to even; 1024 carries into the normals.
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded >>> 13) - ((127 - 15) << 10)));
  }

  static float fromBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > FLOAT_INFINITY) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
