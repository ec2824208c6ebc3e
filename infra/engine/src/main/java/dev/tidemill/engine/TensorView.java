package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A view of a decoded tensor in a buffer. Real value = stored value * scale + offset.
 *
 * @param type of the elements
 * @param shape sizes, outermost first
 * @param data the elements, row-major, little-endian, from the buffer's position; not copied
 * @param scale factor from stored to real value
 * @param offset added after the scaling
 */
public record TensorView(
    ElementType type, List<Long> shape, ByteBuffer data, double scale, double offset) {

  /** Creates a view whose stored values are the real values. */
  public TensorView(ElementType type, List<Long> shape, ByteBuffer data) {
    this(type, shape, data, 1, 0);
  }

  /** Views the buffer as little-endian. The byte order of the given buffer does not matter. */
  public TensorView {
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the length of the data matches shape and type, and no size is negative. */
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

  /** Whether the stored values are the real values. */
  boolean isPlain() {
    return scale == 1 && offset == 0;
  }
}
