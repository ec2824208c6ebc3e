package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;

/**
 * The checked samples of one batch record. Its tensors are views of the bytes that Kafka's client
 * handed out, and the engine reads them there: nothing is copied in between, unless most of the
 * record is something else; and the bytes stay referenced until the step that used the last sample
 * is over. Any thread.
 *
 * @param first samples of the record that were trained before: the first that is to be trained
 * @param samples in the record, those before {@code first} included
 * @param bytes that it keeps: of the record's value, or of its copied tensors
 */
record DecodedRecord(
    int partition,
    long offset,
    int first,
    int samples,
    int bytes,
    TensorView inputs,
    TensorView labels) {

  void addTo(TensorBatch batch, int from, int count) {
    batch.add(
        inputs.type(),
        inputs.data(),
        inputs.scale(),
        inputs.offset(),
        labels.type(),
        labels.data(),
        from,
        count);
  }
}
