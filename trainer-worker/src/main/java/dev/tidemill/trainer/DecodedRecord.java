package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The checked samples of one batch record. The tensors are views of the bytes that Kafka's client
 * returned, and the engine reads them without a copy. They are copied only if they are less than
 * half of the record. The bytes stay referenced until the step that uses the last sample has ended.
 * Any thread.
 *
 * @param first index of the first sample to train; the samples before it are already trained
 * @param samples number of samples in the record, including those before {@code first}
 * @param contract version of the data contract that the record names; 0 if it names none
 * @param bytes size of what it references: the record's value, or the copied tensors
 * @param weights of the samples; null if each weighs 1
 */
record DecodedRecord(
    int partition,
    long offset,
    int first,
    int samples,
    int contract,
    int bytes,
    TensorView inputs,
    TensorView labels,
    @Nullable TensorView weights) {

  private static final ByteBuffer NO_WEIGHTS =
      ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);

  /** Appends {@code count} samples, the first of them at index {@code from}, to a batch. */
  void addTo(TensorBatch batch, int from, int count) {
    batch.add(
        inputs.type(),
        inputs.data(),
        inputs.scale(),
        inputs.offset(),
        labels.type(),
        labels.data(),
        weights == null ? NO_WEIGHTS : weights.data(),
        from,
        count);
  }
}
