package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.ElementType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads samples of little-endian elements of any type as floats: {@code value * factor + summand}.
 */
final class ElementReader {
  private static final VarHandle SHORTS = view(short[].class);
  private static final VarHandle INTS = view(int[].class);
  private static final VarHandle LONGS = view(long[].class);
  private static final VarHandle FLOATS = view(float[].class);
  private static final int BYTE_VALUES = 256;

  private final int sampleLength;
  private final byte[] bytes;
  private final float[] ofByte = new float[BYTE_VALUES];
  private double tableFactor = Double.NaN;
  private double tableSummand = Double.NaN;

  private ElementType type = ElementType.FLOAT32;
  private ByteBuffer from = ByteBuffer.allocate(0);
  private double factor;
  private double summand;

  ElementReader(int sampleLength) {
    this.sampleLength = sampleLength;
    bytes = new byte[Math.multiplyExact(sampleLength, Long.BYTES)];
  }

  /** What the next samples are read from, and how. */
  void begin(ElementType newType, ByteBuffer buffer, double newFactor, double newSummand) {
    type = newType;
    from = buffer;
    factor = newFactor;
    summand = newSummand;
    boolean stale = tableFactor != factor || tableSummand != summand;
    if (type == ElementType.UINT8 && stale) {
      for (int i = 0; i < BYTE_VALUES; i++) {
        ofByte[i] = (float) (i * factor + summand);
      }
      tableFactor = factor;
      tableSummand = summand;
    }
  }

  /** Loads a sample's elements, which begin at an element of the buffer. */
  void load(int element) {
    int size = type.bytes();
    from.get(from.position() + element * size, bytes, 0, sampleLength * size);
  }

  /** Converts some of the taken elements, from {@code first} on, to {@code into[at]} and after. */
  void convert(int first, float[] into, int at, int count) {
    switch (type) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = ofByte[bytes[first + i] & 0xFF];
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          int value = (int) INTS.get(bytes, (first + i) * Integer.BYTES);
          into[at + i] = (float) (value * factor + summand);
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          long value = (long) LONGS.get(bytes, (first + i) * Long.BYTES);
          into[at + i] = (float) (value * factor + summand);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          double value = ElementType.float16((short) SHORTS.get(bytes, (first + i) * Short.BYTES));
          into[at + i] = (float) (value * factor + summand);
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          double value = ElementType.bfloat16((short) SHORTS.get(bytes, (first + i) * Short.BYTES));
          into[at + i] = (float) (value * factor + summand);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          float value = (float) FLOATS.get(bytes, (first + i) * Float.BYTES);
          into[at + i] = (float) (value * factor + summand);
        }
      }
    }
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
