package dev.tidemill.engine.dl4j.memory;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A contiguous range of floats in a {@link FlatMemory}. Native routines use its pointer, Java loops
 * copy tiles from and to its buffer, and ND4J operations use an array over it.
 *
 * <p>Java loops run over small heap arrays ("tiles") instead of the buffer, because the JIT
 * vectorizes only loops over arrays. The copied tiles stay in the L1 cache.
 *
 * @param memory memory of the range; the reference keeps it alive as long as the slice
 * @param pointer pointer to the first float
 * @param buffer view of the range; index 0 is the first float
 * @param bits the same memory as {@link Float#floatToRawIntBits} values
 * @param length number of floats
 */
public record Floats(
    FlatMemory memory, FloatPointer pointer, FloatBuffer buffer, IntBuffer bits, int length) {

  /** Floats per tile. */
  public static final int TILE = 1024;

  /** Copies {@code count} floats, starting at {@code offset}, to the start of an array. */
  public void read(int offset, float[] into, int count) {
    buffer.get(offset, into, 0, count);
  }

  /** Copies the first {@code count} floats of an array to {@code offset}. */
  public void write(int offset, float[] from, int count) {
    buffer.put(offset, from, 0, count);
  }

  /** Copies {@code count} floats, starting at {@code offset}, to index {@code at} of an array. */
  public void read(int offset, float[] into, int at, int count) {
    buffer.get(offset, into, at, count);
  }

  /** Copies {@code count} floats, starting at index {@code at} of an array, to {@code offset}. */
  public void write(int offset, float[] from, int at, int count) {
    buffer.put(offset, from, at, count);
  }

  /** Copies all values of another range of the same length. */
  public void copyFrom(Floats other) {
    buffer.put(0, other.buffer, 0, length);
  }

  /** Returns whether both ranges start at the same address. */
  public boolean hasSameAddressAs(Floats other) {
    return pointer.address() == other.pointer.address();
  }

  /** Returns the same memory as a row-major array for an ND4J operation. */
  public INDArray array(long... shape) {
    return Nd4j.create(Nd4j.createBuffer(pointer, length, DataType.FLOAT), shape);
  }
}
