package dev.tidemill.trainer;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.TensorView;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
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
    return new Arrival.Samples(
        new DecodedRecord(
            record.partition(),
            record.offset(),
            at.sample(),
            samples,
            record.serializedValueSize(),
            inputs,
            labels));
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
