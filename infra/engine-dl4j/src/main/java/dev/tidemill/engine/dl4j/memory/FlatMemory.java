package dev.tidemill.engine.dl4j.memory;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Off-heap floats at a fixed, cache-line-aligned address, initially zero. {@link #close} frees the
 * memory; do not use a slice of it afterwards.
 */
public final class FlatMemory implements AutoCloseable {
  private static final int ALIGNMENT_BYTES = 64;
  private static final int SLACK = ALIGNMENT_BYTES / Float.BYTES;

  private final FloatPointer allocation;
  private final FloatPointer begin;
  private final int length;
  private final Floats all;

  /**
   * @throws IllegalArgumentException if the length exceeds the limit of one buffer
   */
  public FlatMemory(long length) {
    if (length > Integer.MAX_VALUE - SLACK) {
      throw new IllegalArgumentException(
          "cannot allocate "
              + length
              + " floats; a buffer holds at most "
              + (Integer.MAX_VALUE - SLACK));
    }
    NativeLibraries.load();
    this.length = (int) length;
    allocation = new FloatPointer(length + SLACK);
    allocation.zero();
    long past = allocation.address() % ALIGNMENT_BYTES;
    begin = past == 0 ? allocation : allocation.getPointer((ALIGNMENT_BYTES - past) / Float.BYTES);
    all = slice(0, length);
  }

  int length() {
    return length;
  }

  /** Returns the whole memory. */
  public Floats all() {
    return all;
  }

  /** Returns a view of a part. */
  public Floats slice(long offset, long count) {
    if (offset < 0 || count < 0 || offset + count > length) {
      throw new IndexOutOfBoundsException(
          "floats " + offset + " to " + (offset + count) + " of " + length);
    }
    FloatPointer at = begin.<FloatPointer>getPointer(offset);
    at.capacity(count);
    FloatBuffer view = at.asBuffer();
    return new Floats(this, at, view, new IntPointer(at).asBuffer(), (int) count);
  }

  @Override
  public void close() {
    allocation.close();
  }
}
