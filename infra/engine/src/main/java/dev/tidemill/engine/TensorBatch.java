package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * The samples of one step or micro-batch, as slices of buffers that the caller owns. An engine
 * reads each slice directly into its input, without a copy in between.
 *
 * <p>To reuse a batch, call {@link #clear}, then {@link #add} for each slice. The buffers may be
 * heap or direct. They are little-endian and must not change until the engine's call returns. The
 * values must have passed {@link SampleCheck}. Not thread-safe.
 */
public final class TensorBatch {

  /** Consecutive samples in one buffer. */
  public static final class Slice {
    private ElementType inputType = ElementType.FLOAT32;
    private ByteBuffer inputs = EMPTY;
    private double scale = 1;
    private double offset;
    private ElementType labelType = ElementType.INT32;
    private ByteBuffer labels = EMPTY;
    private ByteBuffer weights = EMPTY;
    private int first;
    private int count;

    private Slice() {}

    public ElementType inputType() {
      return inputType;
    }

    /**
     * All samples of the record. This slice begins at element {@code first() * sample length} from
     * the buffer's position.
     */
    public ByteBuffer inputs() {
      return inputs;
    }

    /** Real value = stored value * scale + offset; the spec's scale is applied after that. */
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
     * Class numbers (UINT8, INT32, INT64) or targets (FLOAT32) of all samples of the record, {@link
     * Network#labelsPerSample} for each, from the buffer's position. Empty for predictions.
     */
    public ByteBuffer labels() {
      return labels;
    }

    /**
     * Reads a class number. Does not check its range.
     *
     * @param index of the label in the buffer, {@link Network#labelsPerSample} for each sample of
     *     the record
     * @throws IllegalArgumentException if the labels are no class numbers
     */
    public long label(int index) {
      int begin = labels.position();
      return switch (labelType) {
        case INT32 -> labels.getInt(begin + index * Integer.BYTES);
        case INT64 -> labels.getLong(begin + index * Long.BYTES);
        case UINT8 -> Byte.toUnsignedInt(labels.get(begin + index));
        case FLOAT16, BFLOAT16, FLOAT32 ->
            throw new IllegalArgumentException(
                "the loss takes class numbers, got labels of " + labelType);
      };
    }

    /** Whether the samples have weights; all weigh 1 otherwise. */
    public boolean isWeighted() {
      return weights.hasRemaining();
    }

    /**
     * The weight of a sample.
     *
     * @param sample index within this slice, from 0
     */
    public float weight(int sample) {
      return isWeighted()
          ? weights.getFloat(weights.position() + (first + sample) * Float.BYTES)
          : 1;
    }

    /** Index of the first sample in the buffers. */
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
  private boolean weighted;

  /** Removes all slices and the references to their buffers. */
  public void clear() {
    for (int i = 0; i < used; i++) {
      slices[i].inputs = EMPTY;
      slices[i].labels = EMPTY;
      slices[i].weights = EMPTY;
    }
    used = 0;
    size = 0;
    weighted = false;
  }

  /** Adds samples without labels. */
  public void add(
      ElementType inputType, ByteBuffer inputs, double scale, double offset, int first, int count) {
    add(inputType, inputs, scale, offset, ElementType.INT32, EMPTY, first, count);
  }

  /** Adds {@code count} samples of weight 1 from sample {@code first} of the buffers. */
  public void add(
      ElementType inputType,
      ByteBuffer inputs,
      double scale,
      double offset,
      ElementType labelType,
      ByteBuffer labels,
      int first,
      int count) {
    add(inputType, inputs, scale, offset, labelType, labels, EMPTY, first, count);
  }

  /**
   * Adds {@code count} samples from sample {@code first} of the buffers.
   *
   * @param weights FLOAT32 weights of all samples of the record; empty if each weighs 1
   */
  public void add(
      ElementType inputType,
      ByteBuffer inputs,
      double scale,
      double offset,
      ElementType labelType,
      ByteBuffer labels,
      ByteBuffer weights,
      int first,
      int count) {
    requireLittleEndian(inputType, inputs);
    requireLittleEndian(labelType, labels);
    requireLittleEndian(ElementType.FLOAT32, weights);
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
    slice.weights = weights;
    slice.first = first;
    slice.count = count;
    used++;
    size += count;
    weighted |= slice.isWeighted();
  }

  /**
   * Adds samples of a slice of another batch.
   *
   * @param from index of the first sample within the slice
   */
  public void add(Slice slice, int from, int count) {
    add(
        slice.inputType,
        slice.inputs,
        slice.scale,
        slice.offset,
        slice.labelType,
        slice.labels,
        slice.weights,
        slice.first + from,
        count);
  }

  /**
   * Adds samples of another batch as slices of the same buffers.
   *
   * @param from index of the first sample, counted over all slices of the other batch
   * @param count number of samples
   * @throws IndexOutOfBoundsException if the other batch has fewer
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
        add(slice, skipped, taken);
        left -= taken;
      }
      begin += slice.count;
    }
  }

  private static void requireLittleEndian(ElementType type, ByteBuffer buffer) {
    if (type.bytes() > 1 && buffer.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException(
          "a " + type + " buffer must be LITTLE_ENDIAN, got " + buffer.order());
    }
  }

  /** Number of samples in all slices. */
  public int size() {
    return size;
  }

  /** Whether a sample has a weight. */
  public boolean isWeighted() {
    return weighted;
  }

  /** Number of slices. */
  public int slices() {
    return used;
  }

  /** The slice at an index from 0. Valid until {@link #clear}. */
  public Slice slice(int index) {
    return slices[Objects.checkIndex(index, used)];
  }
}
