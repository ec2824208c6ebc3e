package dev.tidemill.trainer;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.TensorView;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes and checks batch records; the result is samples or a refusal. Reader's thread. */
final class BatchDecoder {
  private final RecordCodec codec;
  private final SampleCheck check;

  BatchDecoder(RecordCodec codec, SampleCheck check) {
    this.codec = codec;
    this.check = check;
  }

  /** Whether the record's schema is known already, without a request to a schema registry. */
  boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return codec.isReadable(record);
  }

  /**
   * Decodes a record.
   *
   * @param at the position of the record: its epoch, and how many of its samples are trained
   * @throws RunRefusedException if the record contradicts what the lineage says of it
   */
  Arrival decode(ConsumerRecord<byte[], byte[]> record, Position at) {
    TensorView inputs;
    TensorView labels;
    try {
      TrainingBatch batch = codec.decode(record, TrainingBatch.class);
      inputs = view(batch.getInputs());
      labels = view(batch.getLabels());
    } catch (MalformedRecordException e) {
      return refused(record, at, String.valueOf(e.getMessage()));
    }
    Optional<String> fault = check.batch(inputs, labels);
    if (fault.isPresent()) {
      return refused(record, at, fault.get());
    }
    int samples = samples(inputs);
    if (at.sample() >= samples) {
      throw new RunRefusedException(
          "the lineage continues at " + at + ", but that record has only " + samples + " samples");
    }
    return new Arrival.Samples(decoded(record, at, samples, inputs, labels));
  }

  /**
   * Copies the tensors if they are less than half of the record, and otherwise keeps views of it.
   * So the memory of a step follows from the spec.
   */
  private static DecodedRecord decoded(
      ConsumerRecord<byte[], byte[]> record,
      Position at,
      int samples,
      TensorView inputs,
      TensorView labels) {
    int used = inputs.data().remaining() + labels.data().remaining();
    boolean copied = used < record.serializedValueSize() / 2;
    return new DecodedRecord(
        record.partition(),
        record.offset(),
        at.sample(),
        samples,
        copied ? used : record.serializedValueSize(),
        copied ? copy(inputs) : inputs,
        copied ? copy(labels) : labels);
  }

  private static TensorView copy(TensorView view) {
    ByteBuffer data = ByteBuffer.allocate(view.data().remaining()).put(view.data().duplicate());
    return new TensorView(view.type(), view.shape(), data.flip(), view.scale(), view.offset());
  }

  /** Counts the samples of a record that can be trained; 0 if it is refused. */
  long samplesOf(ConsumerRecord<byte[], byte[]> record) {
    try {
      TrainingBatch batch = codec.decode(record, TrainingBatch.class);
      TensorView inputs = view(batch.getInputs());
      return check.batch(inputs, view(batch.getLabels())).isPresent() ? 0 : samples(inputs);
    } catch (MalformedRecordException e) {
      return 0;
    }
  }

  private static Arrival refused(ConsumerRecord<byte[], byte[]> record, Position at, String why) {
    if (at.sample() > 0) {
      throw new RunRefusedException(
          "the record at " + at + " was partly trained before, but is refused now: " + why);
    }
    // Only epoch 1 refuses a record, so that it becomes one dead letter.
    return at.epoch() == 1
        ? new Arrival.Refused(record, why)
        : new Arrival.Passed(record.partition(), record.offset() + 1);
  }

  private static int samples(TensorView checked) {
    return Math.toIntExact(checked.shape().get(0));
  }

  private static TensorView view(Tensor tensor) {
    return new TensorView(
        ElementType.valueOf(tensor.getDtype().name()),
        tensor.getShape(),
        tensor.getData(),
        tensor.getScale(),
        tensor.getOffset());
  }
}
