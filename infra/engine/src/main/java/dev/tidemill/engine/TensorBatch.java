package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The samples of one step or one micro-batch, as slices of buffers that the caller owns: an engine
 * reads each slice straight into its own input, so that nothing is copied in between.
 *
 * <p>Made once and filled again: {@link #clear}, then {@link #add} for each slice. The buffers may
 * be heap or direct, are little-endian, and must stay unchanged until the engine's call returns.
 * Values are taken as checked (see {@link SampleCheck}). Not thread-safe.
 */
public final class TensorBatch {

  /** A run of consecutive samples in one buffer. */
  public static final class Slice {
    private ElementType inputType = ElementType.FLOAT32;
    private ByteBuffer inputs = EMPTY;
    private double scale = 1;
    private double offset;
    private ElementType labelType = ElementType.INT32;
    private ByteBuffer labels = EMPTY;
    private int first;
    private int count;

    private Slice() {}

    public ElementType inputType() {
      return inputType;
    }

    /**
     * All samples of the record; this slice's begin at element {@code first() * sample length},
     * counted from the buffer's position.
     */
    public ByteBuffer inputs() {
      return inputs;
    }

    /** Real value = stored value * scale + offset; the spec's own scale comes on top. */
    public double scale() {
      return scale;
    }

    public double offset() {
      return offset;
    }

    public ElementType labelType() {
      return labelType;
    }

    /**
     * Class numbers (UINT8, INT32, INT64) or targets (FLOAT32) of all samples of the record, from
     * the buffer's position on, {@link Network#labelsPerSample} for each; empty when predicting.
     */
    public ByteBuffer labels() {
      return labels;
    }

    /** First sample within the buffers. */
    public int first() {
      return first;
    }

    /** Number of samples. */
    public int count() {
      return count;
    }
  }

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

  private Slice[] slices = {new Slice()};
  private int used;
  private int size;

  /** Forgets all slices, and the references to their buffers. */
  public void clear() {
    for (int i = 0; i < used; i++) {
      slices[i].inputs = EMPTY;
      slices[i].labels = EMPTY;
    }
    used = 0;
    size = 0;
  }

  /** Adds samples without labels. */
  public void add(
      ElementType inputType, ByteBuffer inputs, double scale, double offset, int first, int count) {
    add(inputType, inputs, scale, offset, ElementType.INT32, EMPTY, first, count);
  }

  /** Adds {@code count} samples that begin at sample {@code first} of the buffers. */
  public void add(
      ElementType inputType,
      ByteBuffer inputs,
      double scale,
      double offset,
      ElementType labelType,
      ByteBuffer labels,
      int first,
      int count) {
    requireLittleEndian(inputType, inputs);
    requireLittleEndian(labelType, labels);
    if (used == slices.length) {
      slices = Arrays.copyOf(slices, used * 2);
    }
    Slice slice = slices[used];
    if (slice == null) {
      slice = new Slice();
      slices[used] = slice;
    }
    slice.inputType = inputType;
    slice.inputs = inputs;
    slice.scale = scale;
    slice.offset = offset;
    slice.labelType = labelType;
    slice.labels = labels;
    slice.first = first;
    slice.count = count;
    used++;
    size += count;
  }

  /**
   * Adds samples of another batch, as slices of the same buffers.
   *
   * @param from the first of them, counted over all of the batch's slices
   * @param count at most as many as there are from there on
   */
  public void add(TensorBatch other, int from, int count) {
    Objects.checkFromIndexSize(from, count, other.size);
    int begin = 0;
    int left = count;
    for (int i = 0; left > 0; i++) {
      Slice slice = other.slices[i];
      int skipped = Math.max(from - begin, 0);
      int taken = Math.min(slice.count - skipped, left);
      if (taken > 0) {
        add(
            slice.inputType,
            slice.inputs,
            slice.scale,
            slice.offset,
            slice.labelType,
            slice.labels,
            slice.first + skipped,
            taken);
        left -= taken;
      }
      begin += slice.count;
    }
  }

  private static void requireLittleEndian(ElementType type, ByteBuffer buffer) {
    if (type.bytes() > 1 && buffer.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException("a " + type + " buffer in " + buffer.order() + " order");
    }
  }

  /** Samples in all slices. */
  public int size() {
    return size;
  }

  /** Number of slices. */
  public int slices() {
    return used;
  }

  /** The slice at a place, from 0. Valid until {@link #clear}. */
  public Slice slice(int index) {
    return slices[Objects.checkIndex(index, used)];
  }
}
