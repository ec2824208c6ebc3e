package dev.tidemill.trainer;

import dev.tidemill.engine.TensorBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Arrivals for tests: each sample's one feature is its number. */
final class Records {
  private Records() {}

  /** A record whose samples are numbered from {@code number}; the first ones may be trained. */
  static Arrival.Samples samples(
      RecordPool pool, int partition, long offset, int trained, int size, int number) {
    float[] features = new float[size];
    for (int i = 0; i < size; i++) {
      features[i] = number + i;
    }
    DecodedRecord record = pool.take();
    record.fill(
        partition,
        offset,
        trained,
        size,
        Tensors.float32(new long[] {size, 1}, features),
        Tensors.int32(new long[] {size}, new int[size]));
    return new Arrival.Samples(record);
  }

  static Arrival.Refused refused(int partition, long offset) {
    return new Arrival.Refused(
        new ConsumerRecord<>("batches", partition, offset, new byte[0], new byte[0]), "bad");
  }

  /** The samples' numbers. */
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
