package dev.tidemill.checkpoints;

import java.nio.FloatBuffer;
import java.util.OptionalInt;

/** Finds infinities and NaNs; if there are none, runs at memory speed. */
final class FiniteCheck {
  private static final int BLOCK = 4096;

  private FiniteCheck() {}

  /**
   * Requires that all values are finite.
   *
   * @param before how many of the tensor's values precede these
   * @throws MalformedSafeTensorsException if a value is infinite or NaN; names the first
   */
  static void require(String tensor, long before, FloatBuffer values) {
    OptionalInt found = firstNonFinite(values);
    if (found.isPresent()) {
      int element = found.getAsInt();
      throw new MalformedSafeTensorsException(
          "element %d of tensor '%s' is %s"
              .formatted(before + element, tensor, values.get(element)));
    }
  }

  /** Returns the index of the first value that is not finite; empty if all are. */
  static OptionalInt firstNonFinite(FloatBuffer values) {
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

  /**
   * Checks a block without branches: without the sign bit, floats order like their bits, so one
   * maximum is enough.
   */
  private static boolean areFinite(float[] block, int count) {
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(block[i]) & 0x7fffffff);
    }
    return largest <= Float.floatToRawIntBits(Float.MAX_VALUE);
  }
}
