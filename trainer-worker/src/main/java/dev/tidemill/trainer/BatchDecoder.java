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
  private final RecordPool pool;

  BatchDecoder(RecordCodec codec, SampleCheck check, RecordPool pool) {
    this.codec = codec;
    this.check = check;
    this.pool = pool;
  }

  /**
   * @param at the position that the record is read at: its epoch, and samples trained before
   */
  Arrival decode(ConsumerRecord<byte[], byte[]> record, Position at) {
    TrainingBatch batch;
    Optional<String> fault;
    try {
      batch = codec.decode(record, TrainingBatch.class);
      fault = faultOf(batch);
    } catch (MalformedRecordException e) {
      return refused(record, at, String.valueOf(e.getMessage()));
    }
    if (fault.isPresent()) {
      return refused(record, at, fault.get());
    }
    int samples = samples(batch);
    if (at.sample() >= samples) {
      throw new RunRefusedException(
          "the lineage goes on at " + at + ", and the record there has only " + samples);
    }
    DecodedRecord decoded = pool.take();
    decoded.fill(
        record.partition(),
        record.offset(),
        at.sample(),
        samples,
        batch.getInputs(),
        batch.getLabels());
    return new Arrival.Samples(decoded);
  }

  /** Samples that can be trained; 0 of a record that is refused. */
  long samplesOf(ConsumerRecord<byte[], byte[]> record) {
    try {
      TrainingBatch batch = codec.decode(record, TrainingBatch.class);
      return faultOf(batch).isPresent() ? 0 : samples(batch);
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

  private Optional<String> faultOf(TrainingBatch batch) {
    return check.batch(view(batch.getInputs()), view(batch.getLabels()));
  }

  private static int samples(TrainingBatch checked) {
    return Math.toIntExact(checked.getInputs().getShape().get(0));
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
