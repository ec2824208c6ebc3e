package dev.tidemill.trainer;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The checked tensors of one batch record, off-heap, where an engine reads them without a copy.
 * Made once and filled again and again; its memory grows to the largest record that it held. Owned
 * by one thread at a time: the reader fills it, the training thread empties it.
 */
final class DecodedRecord {
  private int partition;
  private long offset;
  private int first;
  private int samples;
  private ElementType inputType = ElementType.FLOAT32;
  private ElementType labelType = ElementType.INT32;
  private double scale = 1;
  private double shift;
  private ByteBuffer inputs = direct(0);
  private ByteBuffer labels = direct(0);

  /**
   * Takes copies of the tensors.
   *
   * @param first samples of the record that were trained before
   * @param samples in the record
   */
  void fill(int partition, long offset, int first, int samples, Tensor inputs, Tensor labels) {
    this.partition = partition;
    this.offset = offset;
    this.first = first;
    this.samples = samples;
    this.inputType = ElementType.valueOf(inputs.getDtype().name());
    this.labelType = ElementType.valueOf(labels.getDtype().name());
    this.scale = inputs.getScale();
    this.shift = inputs.getOffset();
    this.inputs = copied(inputs.getData(), this.inputs);
    this.labels = copied(labels.getData(), this.labels);
  }

  int partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** The first sample that is to be trained. */
  int first() {
    return first;
  }

  /** Samples in the record, those before {@link #first} included. */
  int samples() {
    return samples;
  }

  void addTo(TensorBatch batch, int from, int count) {
    batch.add(inputType, inputs, scale, shift, labelType, labels, from, count);
  }

  private static ByteBuffer copied(ByteBuffer source, ByteBuffer reused) {
    ByteBuffer from = source.duplicate();
    ByteBuffer to = reused.capacity() < from.remaining() ? direct(from.remaining()) : reused;
    to.clear();
    to.put(from);
    to.flip();
    return to;
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
