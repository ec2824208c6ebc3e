package dev.tidemill.engine.dl4j.memory;

import dev.tidemill.engine.dl4j.natives.NativeLibraries;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * Off-heap floats at a fixed, cache-line-aligned address, zero at first. Freed by {@link #close}:
 * no slice of it may be used from then on.
 */
public final class FlatMemory implements AutoCloseable {
  private static final int ALIGNMENT_BYTES = 64;
  private static final int SLACK = ALIGNMENT_BYTES / Float.BYTES;

  private final FloatPointer allocation;
  private final FloatPointer begin;
  private final int length;
  private final Floats all;

  /**
   * @throws IllegalArgumentException if it would not fit one buffer
   */
  public FlatMemory(long length) {
    if (length > Integer.MAX_VALUE - SLACK) {
      throw new IllegalArgumentException(
          "a memory of " + length + " floats is larger than one buffer can be");
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

  /** All of it. */
  public Floats all() {
    return all;
  }

  /** A part of it, not a copy. */
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
