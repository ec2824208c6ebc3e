package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.dl4j.memory.FlatMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputReaderTest {

  @Test
  void scalesAndPadsEveryChannel() {
    InputSpec spec = new InputSpec(List.of(2, 2, 3), 0.5, 1);
    ByteBuffer bytes = buffer(12);
    for (int i = 0; i < 12; i++) {
      bytes.put(i, (byte) (240 + i));
    }
    float[] input = read(spec, ElementType.UINT8, bytes, 2, 4, 0, 1, 2 * 4 * 5);
    float[] expected = new float[2 * 4 * 5];
    for (int i = 0; i < 12; i++) {
      int row = i / 3 % 2;
      expected[i / 6 * 20 + (row + 1) * 5 + i % 3 + 1] = ((240 + i) * 2 + 4) * 0.5f;
    }
    assertThat(input).isEqualTo(expected);
  }

  @Test
  void readsEveryElementType() {
    ByteBuffer ints = buffer(8).putInt(-7).putInt(70000).flip();
    assertThat(readPair(ElementType.INT32, ints)).containsExactly(-7, 70000);
    ByteBuffer longs = buffer(16).putLong(-7).putLong(1L << 40).flip();
    assertThat(readPair(ElementType.INT64, longs)).containsExactly(-7, 0x1p40f);
    ByteBuffer floats = buffer(8).putFloat(-0.1f).putFloat(1e-30f).flip();
    assertThat(readPair(ElementType.FLOAT32, floats)).containsExactly(-0.1f, 1e-30f);
    ByteBuffer brain = buffer(4).putShort((short) 0xC049).putShort((short) 0x3F80).flip();
    assertThat(readPair(ElementType.BFLOAT16, brain)).containsExactly(-3.140625f, 1);
    ByteBuffer half = buffer(4).putShort((short) 0xC248).putShort((short) 0x0001).flip();
    assertThat(readPair(ElementType.FLOAT16, half)).containsExactly(-3.140625f, 0x1p-24f);
    ByteBuffer largest = buffer(4).putShort((short) 0x7BFF).putShort((short) 0x3C00).flip();
    assertThat(readPair(ElementType.FLOAT16, largest)).containsExactly(65504, 1);
  }

  @Test
  void startsAtTheSliceAndTheBufferPosition() {
    ByteBuffer floats = buffer(5 * Float.BYTES);
    for (int i = 0; i < 5; i++) {
      floats.putFloat(i);
    }
    floats.position(Float.BYTES);
    InputSpec spec = new InputSpec(List.of(1), 1, 0);
    assertThat(read(spec, ElementType.FLOAT32, floats, 1, 0, 2, 2, 2)).containsExactly(3, 4);
  }

  private static float[] readPair(ElementType type, ByteBuffer from) {
    return read(new InputSpec(List.of(2), 1, 0), type, from, 1, 0, 0, 1, 2);
  }

  private static float[] read(
      InputSpec spec,
      ElementType type,
      ByteBuffer from,
      double scale,
      double offset,
      int first,
      int count,
      int length) {
    TensorBatch batch = new TensorBatch();
    batch.add(type, from, scale, offset, first, count);
    float[] input = new float[length];
    try (FlatMemory memory = new FlatMemory(length)) {
      new InputReader(spec, memory.all()).read(batch);
      memory.all().read(0, input, length);
    }
    return input;
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
