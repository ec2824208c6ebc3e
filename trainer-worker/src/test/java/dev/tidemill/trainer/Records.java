package dev.tidemill.trainer;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Creates arrivals for tests; the only feature of each sample is its number. */
final class Records {
  private Records() {}

  /** Creates a record with samples numbered from {@code number}, the first of them trained. */
  static Arrival.Samples samples(int partition, long offset, int trained, int size, int number) {
    float[] features = new float[size];
    for (int i = 0; i < size; i++) {
      features[i] = number + i;
    }
    return samples(
        partition,
        offset,
        trained,
        Tensors.float32(new long[] {size, 1}, features),
        Tensors.int32(new long[] {size}, new int[size]));
  }

  /** Creates a record whose samples are numbered from 0 and have these weights. */
  static Arrival.Samples weighted(int partition, long offset, float... weights) {
    DecodedRecord plain = samples(partition, offset, 0, weights.length, 0).record();
    return new Arrival.Samples(
        new DecodedRecord(
            partition,
            offset,
            0,
            weights.length,
            0,
            plain.bytes(),
            plain.inputs(),
            plain.labels(),
            view(Tensors.float32(new long[] {weights.length}, weights))),
        RecordSpan.NONE);
  }

  /** Creates a record of these tensors; its bytes are those of the tensors. */
  static Arrival.Samples samples(
      int partition, long offset, int trained, Tensor inputs, Tensor labels) {
    return new Arrival.Samples(
        new DecodedRecord(
            partition,
            offset,
            trained,
            Math.toIntExact(inputs.getShape().get(0)),
            0,
            inputs.getData().remaining() + labels.getData().remaining(),
            view(inputs),
            view(labels),
            null),
        RecordSpan.NONE);
  }

  private static TensorView view(Tensor tensor) {
    return new TensorView(
        ElementType.valueOf(tensor.getDtype().name()), tensor.getShape(), tensor.getData());
  }

  static Arrival.Refused refused(int partition, long offset) {
    return refused(partition, offset, new byte[0]);
  }

  static Arrival.Refused refused(int partition, long offset, byte[] value) {
    return new Arrival.Refused(
        new ConsumerRecord<>("batches", partition, offset, new byte[0], value), "bad");
  }

  /** Returns the weights of a batch's samples. */
  static List<Float> weights(TensorBatch batch) {
    List<Float> weights = new ArrayList<>();
    for (int s = 0; s < batch.slices(); s++) {
      for (int i = 0; i < batch.slice(s).count(); i++) {
        weights.add(batch.slice(s).weight(i));
      }
    }
    return weights;
  }

  /** Returns the numbers of a batch's samples. */
  static List<Integer> numbers(TensorBatch batch) {
    List<Integer> numbers = new ArrayList<>();
    for (int s = 0; s < batch.slices(); s++) {
      TensorBatch.Slice slice = batch.slice(s);
      for (int i = slice.first(); i < slice.first() + slice.count(); i++) {
        numbers.add((int) slice.inputs().getFloat(i * Float.BYTES));
      }
    }
    return numbers;
  }
}
