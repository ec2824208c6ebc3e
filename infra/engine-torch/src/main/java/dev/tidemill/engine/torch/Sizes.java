package dev.tidemill.engine.torch;

import dev.tidemill.engine.Size2d;
import java.util.List;

/** Converts sizes to the arrays that libtorch takes. */
final class Sizes {
  private Sizes() {}

  static long[] of(Size2d size) {
    return new long[] {size.height(), size.width()};
  }

  /** The shape of a batch, samples outermost. */
  static long[] batch(long samples, List<Integer> shape) {
    long[] sizes = new long[shape.size() + 1];
    sizes[0] = samples;
    for (int i = 0; i < shape.size(); i++) {
      sizes[i + 1] = shape.get(i);
    }
    return sizes;
  }
}
