package dev.tidemill.checkpoints;

import java.nio.FloatBuffer;
import java.util.OptionalInt;

/** Looks for infinities and NaNs, at the speed of memory where there are none. */
final class FiniteCheck {
  private static final int BLOCK = 4096;

  private FiniteCheck() {}

  /**
   * Returns if all are finite.
   *
   * @param before how many of the tensor's values stand before them
   * @throws MalformedSafeTensorsException naming the first that is infinite or no number
   */
  static void require(String tensor, long before, FloatBuffer values) {
    OptionalInt other = firstOther(values);
    if (other.isPresent()) {
      int element = other.getAsInt();
      throw new MalformedSafeTensorsException(
          "element %d of tensor '%s' is %s"
              .formatted(before + element, tensor, values.get(element)));
    }
  }

  /** The place of the first value that is not finite; empty if all are. */
  static OptionalInt firstOther(FloatBuffer values) {
    float[] block = new float[Math.min(BLOCK, values.limit())];
    for (int from = 0; from < values.limit(); from += BLOCK) {
      int count = Math.min(BLOCK, values.limit() - from);
      values.get(from, block, 0, count);
      if (!areFinite(block, count)) {
        for (int i = 0; i < count; i++) {
          if (!Float.isFinite(block[i])) {
            return OptionalInt.of(from + i);
          }
        }
      }
    }
    return OptionalInt.empty();
  }

  /** Without the sign, the bits of floats order as their sizes do; one maximum has no branches. */
  private static boolean areFinite(float[] block, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(block[i]) & 0x7fffffff);
    }
    return largest <= Float.floatToRawIntBits(Float.MAX_VALUE);
  }
}
