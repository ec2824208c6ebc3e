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

/** Makes of a record's bytes samples that an engine can take, or a refusal. Reader's thread. */
final class BatchDecoder {
  private final RecordCodec codec;
  private final SampleCheck check;

  BatchDecoder(RecordCodec codec, SampleCheck check) {
    this.codec = codec;
    this.check = check;
  }

  /** Whether its schema is known; where a registry has to be asked, it is not yet. */
  boolean isReadable(ConsumerRecord<byte[], byte[]> record) {
    return codec.isReadable(record);
  }

  /**
   * @param at the position that the record is read at: its epoch, and samples trained before
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
          "the lineage goes on at " + at + ", and the record there has only " + samples);
    }
    return new Arrival.Samples(kept(record, at, samples, inputs, labels));
  }

  /**
   * A record that holds much beside its tensors is not kept for them: they are copied, so that what
   * a step keeps in memory follows from the spec.
   */
  private static DecodedRecord kept(
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

  /** Samples that can be trained; 0 of a record that is refused. */
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
          "the record at " + at + " was trained in part, and is now refused: " + why);
    }
    // A record is refused once, when it is read for the first time: one dead letter.
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
