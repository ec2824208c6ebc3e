package dev.tidemill.schemas.tensor;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Creates, checks and reads tensors. Elements are row-major and little-endian on every machine.
 *
 * <p>The factory methods throw {@link MalformedTensorException} if the product of the shape is not
 * the number of elements.
 */
public final class Tensors {
  private static final int SHOWN_DIMENSIONS = 16;

  private Tensors() {}

  /** Creates a UINT8 tensor that shares {@code data} without copying it. */
  public static Tensor uint8(long[] shape, byte[] data) {
    return uint8(shape, data, 1, 0);
  }

  /**
   * Creates a UINT8 tensor that shares {@code data} without copying it. Its real values are {@code
   * data * scale + offset}.
   */
  public static Tensor uint8(long[] shape, byte[] data, double scale, double offset) {
    return of(DType.UINT8, shape, ByteBuffer.wrap(data), scale, offset);
  }

  public static Tensor int32(long[] shape, int[] data) {
    ByteBuffer bytes = allocate(data.length, Integer.BYTES);
    bytes.asIntBuffer().put(data);
    return of(DType.INT32, shape, bytes, 1, 0);
  }

  public static Tensor int64(long[] shape, long[] data) {
    ByteBuffer bytes = allocate(data.length, Long.BYTES);
    bytes.asLongBuffer().put(data);
    return of(DType.INT64, shape, bytes, 1, 0);
  }

  /** Creates a FLOAT16 tensor; rounds each value to the nearest binary16, ties to even. */
  public static Tensor float16(long[] shape, float[] data) {
    ByteBuffer bytes = allocate(data.length, Short.BYTES);
    for (int i = 0; i < data.length; i++) {
      bytes.putShort(i * Short.BYTES, HalfPrecision.toFloat16(data[i]));
    }
    return of(DType.FLOAT16, shape, bytes, 1, 0);
  }

  /** Creates a BFLOAT16 tensor; rounds each value to the nearest bfloat16, ties to even. */
  public static Tensor bfloat16(long[] shape, float[] data) {
    ByteBuffer bytes = allocate(data.length, Short.BYTES);
    for (int i = 0; i < data.length; i++) {
      bytes.putShort(i * Short.BYTES, HalfPrecision.toBfloat16(data[i]));
    }
    return of(DType.BFLOAT16, shape, bytes, 1, 0);
  }

  public static Tensor float32(long[] shape, float[] data) {
    ByteBuffer bytes = allocate(data.length, Float.BYTES);
    bytes.asFloatBuffer().put(data);
    return of(DType.FLOAT32, shape, bytes, 1, 0);
  }

  /** Creates a tensor that shares {@code data}, from its position to its limit, without copying. */
  public static Tensor of(DType dtype, long[] shape, ByteBuffer data, double scale, double offset) {
    return check(new Tensor(dtype, LongStream.of(shape).boxed().toList(), data, scale, offset));
  }

  /** Copies all elements as {@link #copyTo(Tensor, long, int, float[], int)} does. */
  public static void copyTo(Tensor tensor, float[] into, int at) {
    copyTo(tensor, 0, Math.toIntExact(elementCount(tensor)), into, at);
  }

  /**
   * Copies the real values of the elements [from, from + count): {@code stored * scale + offset},
   * rounded once. INT32 and INT64 values lose the precision that a float lacks. Values may be NaN
   * or infinite.
   *
   * @throws MalformedTensorException as {@link #check}
   * @throws IndexOutOfBoundsException if the tensor or {@code into} has too few elements
   */
  public static void copyTo(Tensor tensor, long from, int count, float[] into, int at) {
    Objects.checkFromIndexSize(at, count, into.length);
    new Elements(check(tensor)).floats(from, count, into, at);
  }

  /** Copies all elements as {@link #copyTo(Tensor, long, int, ByteBuffer)} does. */
  public static void copyTo(Tensor tensor, ByteBuffer into) {
    copyTo(tensor, 0, Math.toIntExact(elementCount(tensor)), into);
  }

  /**
   * Copies the real values of the elements [from, from + count) as 4-byte floats in the byte order
   * of {@code into}. Writes at its position and advances it. Intended for reused direct buffers in
   * native order.
   *
   * @throws MalformedTensorException as {@link #check}
   * @throws IndexOutOfBoundsException if the tensor has too few elements
   * @throws java.nio.BufferOverflowException if {@code into} has too little room
   */
  public static void copyTo(Tensor tensor, long from, int count, ByteBuffer into) {
    new Elements(check(tensor)).floats(from, count, into);
  }

  /**
   * Copies the integers [from, from + count) of a UINT8, INT32 or INT64 tensor without scale and
   * offset, e.g. class numbers.
   *
   * @throws MalformedTensorException as {@link #check}; also if the tensor has another type, or an
   *     INT64 value does not fit in an int (the message names the element)
   * @throws IndexOutOfBoundsException if the tensor or {@code into} has too few elements
   */
  public static void copyTo(Tensor tensor, long from, int count, int[] into, int at) {
    Objects.checkFromIndexSize(at, count, into.length);
    new Elements(check(tensor)).ints(from, count, into, at);
  }

  /**
   * Returns the index of the first element whose real value, as a float, is NaN or infinite; -1 if
   * there is none.
   *
   * @throws MalformedTensorException as {@link #check}
   */
  public static int firstNonFinite(Tensor tensor) {
    return new Elements(check(tensor)).firstNonFinite();
  }

  /** Bytes per element. */
  public static int elementBytes(DType dtype) {
    return switch (dtype) {
      case UINT8 -> 1;
      case FLOAT16, BFLOAT16 -> 2;
      case INT32, FLOAT32 -> 4;
      case INT64 -> 8;
    };
  }

  /** The shape as an array. */
  public static long[] shape(Tensor tensor) {
    return tensor.getShape().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Returns the product of the shape; 1 for the empty shape of a scalar. Allocates nothing.
   *
   * @throws MalformedTensorException if a size is negative or the product overflows a long
   */
  public static long elementCount(Tensor tensor) {
    List<Long> shape = tensor.getShape();
    long nonZero = 1;
    boolean empty = false;
    for (int i = 0; i < shape.size(); i++) {
      long size = shape.get(i);
      if (size < 0) {
        throw new MalformedTensorException(
            "shape " + shown(shape) + " has the negative size " + size + " at dimension " + i);
      }
      empty |= size == 0;
      // A size of zero must not hide an overflow; that would depend on the order of the sizes.
      if (size > 0) {
        if (nonZero > Long.MAX_VALUE / size) {
          throw new MalformedTensorException("the product of shape " + shown(shape) + " overflows");
        }
        nonZero *= size;
      }
    }
    return empty ? 0 : nonZero;
  }

  /**
   * Checks the shape against the data. Callers check before they allocate by shape; the check
   * itself allocates nothing.
   *
   * @return the same tensor
   * @throws MalformedTensorException if a size is negative, if the product of the sizes overflows
   *     or is not the number of elements, or if scale or offset is not finite
   */
  public static Tensor check(Tensor tensor) {
    long count = elementCount(tensor);
    int size = elementBytes(tensor.getDtype());
    int held = tensor.getData().remaining();
    if (held % size != 0 || count != held / size) {
      throw new MalformedTensorException(
          "shape %s of %s needs %d elements of %d bytes, but the data is %d bytes long"
              .formatted(shown(tensor.getShape()), tensor.getDtype(), count, size, held));
    }
    if (!Double.isFinite(tensor.getScale()) || !Double.isFinite(tensor.getOffset())) {
      throw new MalformedTensorException(
          "scale " + tensor.getScale() + " and offset " + tensor.getOffset() + " must be finite");
    }
    return tensor;
  }

  private static ByteBuffer allocate(int elements, int size) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String shown(List<Long> shape) {
    return shape.size() <= SHOWN_DIMENSIONS
        ? shape.toString()
        : shape.subList(0, SHOWN_DIMENSIONS)
            + " and "
            + (shape.size() - SHOWN_DIMENSIONS)
            + " more";
  }
}
