package dev.tidemill.engine;

import java.util.List;

/** Arithmetic on shapes that saturates instead of overflowing. */
final class Shapes {
  private Shapes() {}

  /** Number of elements, at most {@link Long#MAX_VALUE}. */
  static long elements(List<Integer> shape) {
    long product = 1;
    for (int size : shape) {
      product = times(product, size);
    }
    return product;
  }

  /** Product of two non-negative numbers, at most {@link Long#MAX_VALUE}. */
  static long times(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  /** Sum of two non-negative numbers, at most {@link Long#MAX_VALUE}. */
  static long plus(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  /** The shape of a padded image; sizes are at most {@link Integer#MAX_VALUE}. */
  static List<Integer> padded(List<Integer> shape, int pad) {
    return List.of(shape.get(0), padded(shape.get(1), pad), padded(shape.get(2), pad));
  }

  private static int padded(int size, int pad) {
    return (int) Math.min(Integer.MAX_VALUE, size + 2L * pad);
  }
}
