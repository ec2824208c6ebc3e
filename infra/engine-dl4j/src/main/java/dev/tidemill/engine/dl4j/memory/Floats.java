package dev.tidemill.engine.dl4j.memory;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A run of floats in a {@link FlatMemory}, as each of those who compute want it: native routines a
 * pointer, our own loops a buffer that they copy tiles from and to, ND4J's operations an array.
 *
 * <p>Loops run over small heap arrays ("tiles") and not over the buffer itself, because the JIT
 * vectorises them only there; the copies in between stay in the first-level cache.
 *
 * @param memory that it lies in; referenced so that it outlives the slice
 * @param pointer to the first
 * @param buffer of all; index 0 is the first
 * @param bits the same memory as {@link Float#floatToRawIntBits} would show it
 * @param length how many
 */
public record Floats(
    FlatMemory memory, FloatPointer pointer, FloatBuffer buffer, IntBuffer bits, int length) {

  /** Floats that a loop copies to the heap at a time. */
  public static final int TILE = 1024;

  /** Copies {@code count} floats from {@code offset} on to the beginning of an array. */
  public void read(int offset, float[] into, int count) {
    buffer.get(offset, into, 0, count);
  }

  /** Copies the first {@code count} floats of an array to {@code offset} and after. */
  public void write(int offset, float[] from, int count) {
    buffer.put(offset, from, 0, count);
  }

  /** Reads to some place of an array. */
  public void read(int offset, float[] into, int at, int count) {
    buffer.get(offset, into, at, count);
  }

  /** Writes from some place of an array. */
  public void write(int offset, float[] from, int at, int count) {
    buffer.put(offset, from, at, count);
  }

  /** Takes all values of another one of the same length. */
  public void copyFrom(Floats other) {
    buffer.put(0, other.buffer, 0, length);
  }

  /** Whether it is the very same memory. */
  public boolean sameAs(Floats other) {
    return pointer.address() == other.pointer.address();
  }

  /** The same floats for an ND4J operation, row-major. */
  public INDArray array(long... shape) {
    return Nd4j.create(Nd4j.createBuffer(pointer, length, DataType.FLOAT), shape);
  }
}
