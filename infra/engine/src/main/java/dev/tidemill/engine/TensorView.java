package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A decoded tensor as it lies in somebody's buffer. Real value = stored value * scale + offset.
 *
 * @param type of the elements
 * @param shape sizes, outermost first
 * @param data the elements, row-major, little-endian, from the buffer's position on; not copied
 * @param scale factor from stored to real value
 * @param offset added after the scaling
 */
public record TensorView(
    ElementType type, List<Long> shape, ByteBuffer data, double scale, double offset) {

  /** Stored values are the real ones. */
  public TensorView(ElementType type, List<Long> shape, ByteBuffer data) {
    this(type, shape, data, 1, 0);
  }

  /** Takes the data as little-endian, whatever order the buffer was left in. */
  public TensorView {
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the data is as long as shape and type say; no size is negative. */
  boolean isComplete() {
    long bytes = type.bytes();
    for (long size : shape) {
      if (size < 0) {
        return false;
      }
      bytes = Shapes.times(bytes, size);
    }
    return bytes == data.remaining();
  }

  /** Whether stored values are the real ones. */
  boolean isPlain() {
    return scale == 1 && offset == 0;
  }
}
