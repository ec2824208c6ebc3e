package dev.tidemill.checkpoints;

import java.util.List;

/**
 * One tensor of a safetensors header.
 *
 * @param shape sizes, outermost first
 * @param begin first byte, relative to the end of the header
 * @param end the byte after the last one
 */
record TensorEntry(String name, String dtype, List<Long> shape, long begin, long end) {
  /** PyTorch's batch norm counts batches; the count takes part in no computation. */
  private static final String BATCH_COUNT = ".num_batches_tracked";

  static final String FLOAT32 = "F32";

  boolean isBatchCount() {
    return name.endsWith(BATCH_COUNT);
  }

  boolean isOptimizerState() {
    return name.startsWith("optimizer.");
  }

  /**
   * Returns the bytes that dtype and shape require.
   *
   * @throws ArithmeticException if they exceed a long
   */
  long bytes() {
    long bytes = elementBytes();
    for (long size : shape) {
      bytes = Math.multiplyExact(bytes, size);
    }
    return bytes;
  }

  private long elementBytes() {
    return switch (dtype) {
      case FLOAT32 -> Float.BYTES;
      case "I64" -> Long.BYTES;
      default ->
          throw new MalformedSafeTensorsException(
              "tensor '" + name + "' has dtype " + dtype + "; only " + FLOAT32 + " is supported");
    };
  }
}
