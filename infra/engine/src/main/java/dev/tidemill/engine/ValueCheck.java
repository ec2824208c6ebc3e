package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Checks that every value is a finite FLOAT32 after the engine's scaling. */
final class ValueCheck {
  private final int sampleLength;
  private final double specScale;

  ValueCheck(int sampleLength, double specScale) {
    this.sampleLength = sampleLength;
    this.specScale = specScale;
  }

  /** Describes the first bad value, with its sample and index; empty if all are finite. */
  Optional<String> fault(TensorView tensor, String what) {
    // A branch-free pass finds the largest magnitude. Only a suspicious tensor is searched.
    double largest =
        (largest(tensor) * Math.abs(tensor.scale()) + Math.abs(tensor.offset()))
            * Math.abs(specScale);
    return largest <= Float.MAX_VALUE ? Optional.empty() : search(tensor, what);
  }

  private Optional<String> search(TensorView tensor, String what) {
    int count = tensor.data().remaining() / tensor.type().bytes();
    for (int i = 0; i < count; i++) {
      double stored = tensor.type().value(tensor.data(), i);
      float real = (float) ((stored * tensor.scale() + tensor.offset()) * specScale);
      if (!Float.isFinite(real)) {
        return Optional.of(
            "sample "
                + i / sampleLength
                + ": "
                + what
                + "value "
                + i % sampleLength
                + " is not a finite number: "
                + (Double.isFinite(stored) ? stored + ", scaled to " + real : stored));
      }
    }
    return Optional.empty();
  }

  /** Bounds the magnitude of the stored values; NaN or infinite if one of them is. */
  private static double largest(TensorView tensor) {
    ByteBuffer data = tensor.data();
    return switch (tensor.type()) {
      case UINT8 -> 255;
      case INT32 -> 0x1p31;
      case INT64 -> 0x1p63;
      // Without the sign bit, floating-point bits have the same order as the magnitudes.
      case FLOAT16 -> ElementType.float16((short) largestShort(data));
      case BFLOAT16 -> ElementType.bfloat16((short) largestShort(data));
      case FLOAT32 -> Float.intBitsToFloat(largestInt(data));
    };
  }

  private static int largestInt(ByteBuffer data) {
    int largest = 0;
    for (int at = 0; at < data.limit(); at += 4) {
      largest = Math.max(largest, data.getInt(at) & 0x7FFFFFFF);
    }
    return largest;
  }

  private static int largestShort(ByteBuffer data) {
    int largest = 0;
    for (int at = 0; at < data.limit(); at += 2) {
      largest = Math.max(largest, data.getShort(at) & 0x7FFF);
    }
    return largest;
  }
}
