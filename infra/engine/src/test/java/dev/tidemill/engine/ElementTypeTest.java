package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class ElementTypeTest {

  @Test
  void readsHalfFloats() {
    assertThat(half(0x3C00)).isEqualTo(1.0);
    assertThat(half(0xC500)).isEqualTo(-5.0);
    assertThat(half(0x7BFF)).isEqualTo(65504.0);
    assertThat(half(0x0001)).isEqualTo(0x1p-24);
    assertThat(half(0x03FF)).isEqualTo(1023 * 0x1p-24);
    assertThat(half(0x0400)).isEqualTo(0x1p-14);
    assertThat(half(0x7C00)).isInfinite();
    assertThat(half(0x7E00)).isNaN();
  }

  @Test
  void readsOtherTypesLittleEndian() {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, (byte) 0xBF, 0, 0, 0, 0});
    data.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(ElementType.FLOAT32.value(data, 0)).isEqualTo(-1.0);
    assertThat(ElementType.BFLOAT16.value(data, 1)).isEqualTo(-1.0);
    assertThat(ElementType.UINT8.value(data, 2)).isEqualTo(128.0);
    assertThat(ElementType.INT64.value(data, 0)).isEqualTo(0xBF800000L);
  }

  @Test
  void batchRejectsBigEndianBuffers() {
    TensorBatch batch = new TensorBatch();
    assertThatThrownBy(() -> batch.add(ElementType.FLOAT32, ByteBuffer.allocate(4), 1, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void batchIsReusableAfterClear() {
    TensorBatch batch = new TensorBatch();
    for (int round = 0; round < 2; round++) {
      batch.add(ElementType.UINT8, ByteBuffer.allocate(8), 1, 0, 1, 3);
      batch.add(ElementType.UINT8, ByteBuffer.allocate(8), 1, 0, 0, 4);
      assertThat(batch.size()).isEqualTo(7);
      assertThat(batch.slices()).isEqualTo(2);
      assertThat(batch.slice(0).first()).isEqualTo(1);
      batch.clear();
      assertThat(batch.size()).isZero();
    }
  }

  private static double half(int bits) {
    ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    return ElementType.FLOAT16.value(data.putShort(0, (short) bits), 0);
  }
}
