package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ElementType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads samples of little-endian elements of any type as floats: {@code value * factor + addend}.
 */
final class ElementReader {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final int BYTE_VALUES = 256;

  private final int sampleLength;
  private final byte[] bytes;
  private final float[] byteTable = new float[BYTE_VALUES];
  private double tableFactor = Double.NaN;
  private double tableAddend = Double.NaN;

  private ElementType type = ElementType.FLOAT32;
  private ByteBuffer from = ByteBuffer.allocate(0);
  private double factor;
  private double addend;

  ElementReader(int sampleLength) {
    this.sampleLength = sampleLength;
    bytes = new byte[Math.multiplyExact(sampleLength, Long.BYTES)];
  }

  /** Sets the buffer and conversion of the next samples. */
  void begin(ElementType newType, ByteBuffer buffer, double newFactor, double newAddend) {
    type = newType;
    from = buffer;
    factor = newFactor;
    addend = newAddend;
    boolean tableIsStale = tableFactor != factor || tableAddend != addend;
    if (type == ElementType.UINT8 && tableIsStale) {
      for (int i = 0; i < BYTE_VALUES; i++) {
        byteTable[i] = (float) (i * factor + addend);
      }
      tableFactor = factor;
      tableAddend = addend;
    }
  }

  /** Loads the elements of the sample that starts at an element of the buffer. */
  void load(int element) {
    int size = type.bytes();
    from.get(from.position() + element * size, bytes, 0, sampleLength * size);
  }

  /**
   * Converts {@code count} loaded elements, starting at {@code first}, to {@code into[at]} and on.
   */
  void convert(int first, float[] into, int at, int count) {
    switch (type) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = byteTable[bytes[first + i] & 0xFF];
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          int value = (int) INTS.get(bytes, (first + i) * Integer.BYTES);
          into[at + i] = (float) (value * factor + addend);
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          long value = (long) LONGS.get(bytes, (first + i) * Long.BYTES);
          into[at + i] = (float) (value * factor + addend);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          double value = ElementType.float16((short) SHORTS.get(bytes, (first + i) * Short.BYTES));
          into[at + i] = (float) (value * factor + addend);
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          double value = ElementType.bfloat16((short) SHORTS.get(bytes, (first + i) * Short.BYTES));
          into[at + i] = (float) (value * factor + addend);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          float value = (float) FLOATS.get(bytes, (first + i) * Float.BYTES);
          into[at + i] = (float) (value * factor + addend);
        }
      }
    }
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
