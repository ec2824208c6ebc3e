package dev.tidemill.schemas.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorsTest {
  private static final long[] FOUR = {2, 2};

  @Test
  void convertsEveryDtypeToRealValues() {
    float[] values = {1, -2.5f, 0, 100};
    assertThat(floats(Tensors.float32(FOUR, values))).containsExactly(values);
    assertThat(floats(Tensors.float16(FOUR, values))).containsExactly(values);
    assertThat(floats(Tensors.bfloat16(FOUR, values))).containsExactly(values);
    assertThat(floats(Tensors.int32(FOUR, new int[] {1, -2, 0, 1 << 24})))
        .containsExactly(1, -2, 0, 1 << 24);
    assertThat(floats(Tensors.int64(FOUR, new long[] {1, -2, 0, 1L << 40})))
        .containsExactly(1, -2, 0, 0x1p40f);
    assertThat(floats(Tensors.uint8(FOUR, new byte[] {0, 1, (byte) 128, (byte) 255})))
        .containsExactly(0, 1, 128, 255);
  }

  @Test
  void appliesScaleAndOffsetToEveryDtype() {
    for (DType dtype : DType.values()) {
      Tensor tensor = small(dtype);
      tensor.setScale(0.5);
      tensor.setOffset(-1.0);
      assertThat(floats(tensor)).as("%s", dtype).containsExactly(-0.5f, 0, 0.5f, 1);
      assertThat(Tensors.elementBytes(dtype)).isEqualTo(tensor.getData().remaining() / 4);
    }
  }

  @Test
  void scaleMayChangeBetweenTensors() {
    byte[] data = {0, 51, 102, (byte) 255};
    assertThat(floats(Tensors.uint8(FOUR, data, 1 / 255.0, 0))).containsExactly(0, 0.2f, 0.4f, 1);
    assertThat(floats(Tensors.uint8(FOUR, data, 0, 7))).containsExactly(7, 7, 7, 7);
    assertThat(floats(Tensors.uint8(FOUR, data, 0, 0))).containsExactly(0, 0, 0, 0);
    assertThat(floats(Tensors.uint8(FOUR, data, 1, 0))).containsExactly(0, 51, 102, 255);
  }

  @Test
  void elementsAreLittleEndianAndRowMajor() {
    ByteBuffer data = Tensors.int32(FOUR, new int[] {1, 2, 3, 0x01020304}).getData();
    assertThat(data.get(0)).isEqualTo((byte) 1);
    assertThat(data.get(12)).isEqualTo((byte) 4);
    assertThat(data.get(15)).isEqualTo((byte) 1);
  }

  @Test
  void copiesPartToAnyPosition() {
    Tensor tensor = Tensors.float32(FOUR, new float[] {1, 2, 3, 4});
    float[] into = new float[4];
    Tensors.copyTo(tensor, 1, 2, into, 2);
    assertThat(into).containsExactly(0, 0, 2, 3);
    int[] labels = new int[3];
    Tensors.copyTo(Tensors.int64(FOUR, new long[] {5, 6, 7, 8}), 2, 2, labels, 1);
    assertThat(labels).containsExactly(0, 7, 8);
  }

  @Test
  void fillsBuffersInTheirByteOrderAndAdvancesThem() {
    byte[] data = new byte[10_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    Tensor tensor = Tensors.uint8(new long[] {10_000}, data, 2, 1);
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      ByteBuffer into = ByteBuffer.allocateDirect(8 + 40_000).order(order).position(8);
      Tensors.copyTo(tensor, into);
      assertThat(into.remaining()).isZero();
      for (int i = 0; i < data.length; i++) {
        assertThat(into.getFloat(8 + i * 4)).isEqualTo((i & 0xff) * 2 + 1);
      }
    }
  }

  @Test
  void readsReadOnlyViewFromItsPosition() {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 3, 4, 9}, 2, 4).asReadOnlyBuffer();
    Tensor tensor = Tensors.of(DType.UINT8, FOUR, data, 1, 0);
    assertThat(floats(tensor)).containsExactly(1, 2, 3, 4);
    assertThat(data.position()).isEqualTo(2);
  }

  @Test
  void repeatedConversionAllocatesAlmostNothing() {
    Tensor tensor = Tensors.uint8(new long[] {64, 784}, new byte[64 * 784], 1 / 255.0, 0);
    ByteBuffer into = ByteBuffer.allocateDirect(64 * 784 * 4).order(ByteOrder.nativeOrder());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Tensors.copyTo(tensor, into.clear());
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      Tensors.copyTo(tensor, into.clear());
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 * 512);
  }

  @Test
  void rejectsIndexesOutOfBounds() {
    Tensor tensor = Tensors.uint8(FOUR, new byte[4]);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Tensors.copyTo(tensor, 3, 2, new float[4], 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Tensors.copyTo(tensor, new float[4], 1));
    assertThatExceptionOfType(BufferOverflowException.class)
        .isThrownBy(() -> Tensors.copyTo(tensor, ByteBuffer.allocate(15)));
  }

  @Test
  void namesMismatchedShape() {
    refused(
        new long[] {2, 3}, "shape [2, 3] of UINT8 needs 6 elements of 1 bytes, but the data is 4");
    refused(new long[] {2, -2}, "shape [2, -2] has the negative size -2 at dimension 1");
    refused(
        new long[] {1L << 32, 1L << 31}, "the product of shape [4294967296, 2147483648] overflows");
    refused(new long[] {1L << 32, 1L << 32}, "overflows");
    refused(new long[] {0, Long.MAX_VALUE, 2}, "overflows");
    refused(new long[] {Long.MAX_VALUE, 2, 0}, "overflows");
    refused(new long[] {}, "needs 1 elements");
    refused(new long[] {0}, "needs 0 elements");
  }

  @Test
  void rejectsPartialElement() {
    ByteBuffer five = ByteBuffer.allocate(5);
    assertThatThrownBy(() -> Tensors.of(DType.INT32, new long[] {1}, five, 1, 0))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("the data is 5 bytes");
  }

  @Test
  void abbreviatesLongShapeInMessages() {
    Tensor tensor = Tensors.uint8(new long[] {1}, new byte[1]);
    tensor.setShape(new ArrayList<>(Collections.nCopies(100_000, 2L)));
    assertThatThrownBy(() -> Tensors.check(tensor))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("and 99984 more");
  }

  @Test
  void rejectsNonFiniteScale() {
    assertThatThrownBy(() -> Tensors.uint8(FOUR, new byte[4], Double.NaN, 0))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("scale NaN");
  }

  @Test
  void acceptsScalarsAndEmptyTensors() {
    assertThat(Tensors.elementCount(Tensors.uint8(new long[] {}, new byte[1]))).isEqualTo(1);
    assertThat(Tensors.elementCount(Tensors.uint8(new long[] {0, 5}, new byte[0]))).isZero();
  }

  @Test
  void copiesIntegersExactlyOrFails() {
    int[] into = new int[4];
    Tensors.copyTo(Tensors.uint8(FOUR, new byte[] {1, 2, 3, (byte) 255}), 0, 4, into, 0);
    assertThat(into).containsExactly(1, 2, 3, 255);
    Tensors.copyTo(Tensors.int32(FOUR, new int[] {1, -2, 3, 1 << 30}), 0, 4, into, 0);
    assertThat(into).containsExactly(1, -2, 3, 1 << 30);
    assertThatThrownBy(
            () ->
                Tensors.copyTo(Tensors.int64(FOUR, new long[] {0, 1L << 31, 0, 0}), 0, 4, into, 0))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("element 1 is 2147483648");
    assertThatThrownBy(() -> Tensors.copyTo(Tensors.float32(FOUR, new float[4]), 0, 4, into, 0))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("FLOAT32");
    assertThatThrownBy(() -> Tensors.copyTo(Tensors.uint8(FOUR, new byte[4], 2, 0), 0, 4, into, 0))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining("scale 2.0");
  }

  @Test
  void findsFirstNonFiniteValue() {
    float[] values = new float[9_000];
    long[] shape = {9_000};
    assertThat(Tensors.firstNonFinite(Tensors.float32(shape, values))).isEqualTo(-1);
    values[8_500] = Float.NEGATIVE_INFINITY;
    values[8_600] = Float.NaN;
    assertThat(Tensors.firstNonFinite(Tensors.float32(shape, values))).isEqualTo(8_500);
    assertThat(Tensors.firstNonFinite(Tensors.float16(shape, values))).isEqualTo(8_500);
    assertThat(Tensors.firstNonFinite(Tensors.bfloat16(shape, values))).isEqualTo(8_500);
  }

  private static Tensor small(DType dtype) {
    float[] floats = {1, 2, 3, 4};
    return switch (dtype) {
      case UINT8 -> Tensors.uint8(FOUR, new byte[] {1, 2, 3, 4});
      case INT32 -> Tensors.int32(FOUR, new int[] {1, 2, 3, 4});
      case INT64 -> Tensors.int64(FOUR, new long[] {1, 2, 3, 4});
      case FLOAT16 -> Tensors.float16(FOUR, floats);
      case BFLOAT16 -> Tensors.bfloat16(FOUR, floats);
      case FLOAT32 -> Tensors.float32(FOUR, floats);
    };
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[(int) Tensors.elementCount(tensor)];
    Tensors.copyTo(tensor, values, 0);
    return values;
  }

  private static void refused(long[] shape, String why) {
    assertThatThrownBy(() -> Tensors.uint8(shape, new byte[4]))
        .isInstanceOf(MalformedTensorException.class)
        .hasMessageContaining(why);
  }
}
