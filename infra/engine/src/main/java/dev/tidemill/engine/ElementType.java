package dev.tidemill.engine;

import java.nio.ByteBuffer;

/** Element type of a tensor that an engine reads. Values are little-endian. */
public enum ElementType {
  UINT8(1),
  INT32(4),
  INT64(8),
  FLOAT16(2),
  BFLOAT16(2),
  FLOAT32(4);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** Whether it is a floating-point type, which can hold infinities and NaN. */
  public boolean isFloating() {
    return this == FLOAT16 || this == BFLOAT16 || this == FLOAT32;
  }

  /**
   * Reads one stored value. An INT64 beyond 2^53 is rounded.
   *
   * @param data little-endian elements
   * @param index of the element, counted from buffer position 0
   */
  public double value(ByteBuffer data, int index) {
    return switch (this) {
      case UINT8 -> data.get(index) & 0xFF;
      case INT32 -> data.getInt(index * 4);
      case INT64 -> (double) data.getLong(index * 8);
      case FLOAT16 -> float16(data.getShort(index * 2));
      case BFLOAT16 -> bfloat16(data.getShort(index * 2));
      case FLOAT32 -> data.getFloat(index * 4);
    };
  }

  /** Decodes an IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits. */
  public static float float16(short bits) {
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    float size;
    if (exponent == 0x1F) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      size = fraction * 0x1p-24f;
    } else {
      size = Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
    }
    return bits < 0 ? -size : size;
  }

  /** The value of a bfloat16, the upper half of an IEEE 754 binary32. */
  public static float bfloat16(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }
}
