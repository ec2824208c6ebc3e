package dev.tidemill.trainer;

import dev.tidemill.checkpoints.TensorViews;
import dev.tidemill.engine.SampleCheck;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TensorView;
import dev.tidemill.messaging.MalformedRecordException;
import dev.tidemill.messaging.RecordCodec;
import dev.tidemill.messaging.tracing.RecordSpan;
import dev.tidemill.messaging.tracing.Tracing;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Decodes and checks batch records; the result is samples or a refusal. Reader's thread. */
final class BatchDecoder {
  /** What the spans of batch records say is done with them. */
  static final String OPERATION = "train";

  private final RecordCodec codec;
  private final Tracing tracing;
  private final SampleCheck check;
  private final ContractCheck contracts;
  private final DataGate gate;

  BatchDecoder(
      RecordCodec codec,
      Tracing tracing,
      SampleCheck check,
      ContractCheck contracts,
      DataGate gate) {
    this.codec = codec;
    this.tracing = tracing;
    this.check = check;
    this.contracts = contracts;
    this.gate = gate;
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
    RecordTensors tensors;
    try {
      tensors = tensors(record);
    } catch (MalformedRecordException e) {
      return refused(record, at, String.valueOf(e.getMessage()));
    }
    Optional<String> fault = contracts.version(tensors.batch());
    if (fault.isPresent() && at.sample() > 0) {
      // A part of the record was trained before its contract was replaced: train the rest.
      fault = Optional.empty();
    }
    if (fault.isPresent() && at.epoch() > 1) {
      contracts.passed(tensors.batch(), fault.get());
    }
    if (fault.isEmpty() && contracts.misfit().isPresent()) {
      return new Arrival.NewTerm(contracts.misfit().get());
    }
    if (fault.isEmpty()) {
      fault = fault(tensors);
    }
    // The gate has let a partly trained record pass before.
    if (fault.isEmpty() && at.sample() == 0) {
      fault = gate.fault(tensors.batch(), tensors.inputs(), tensors.labels(), at.epoch() == 1);
    }
    if (fault.isPresent()) {
      return refused(record, at, fault.get());
    }
    int samples = tensors.samples();
    if (at.sample() >= samples) {
      throw new RunRefusedException(
          "the lineage continues at " + at + ", but that record has only " + samples + " samples");
    }
    return new Arrival.Samples(decoded(record, at, tensors), span(record, at));
  }

  /** Later epochs, and the rest of a record, have no span: the first version has ended it. */
  private RecordSpan span(ConsumerRecord<byte[], byte[]> record, Position at) {
    return at.epoch() == 1 && at.sample() == 0
        ? tracing.processing(OPERATION, record, 0)
        : RecordSpan.NONE;
  }

  /**
   * Copies the tensors if they are less than half of the record, and otherwise keeps views of it.
   * So the memory of a step follows from the spec.
   */
  private static DecodedRecord decoded(
      ConsumerRecord<byte[], byte[]> record, Position at, RecordTensors tensors) {
    return tensors.bytes() < record.serializedValueSize() / 2
        ? decoded(record, at, tensors.copied(), tensors.bytes())
        : decoded(record, at, tensors, record.serializedValueSize());
  }

  private static DecodedRecord decoded(
      ConsumerRecord<byte[], byte[]> record, Position at, RecordTensors tensors, int bytes) {
    return new DecodedRecord(
        record.partition(),
        record.offset(),
        at.sample(),
        tensors.samples(),
        tensors.batch().getContract(),
        bytes,
        tensors.inputs(),
        tensors.labels(),
        tensors.weights());
  }

  /**
   * Adds all samples of a record to a batch, which then references its bytes. Adds none if the
   * record is refused.
   */
  void addTo(TensorBatch into, ConsumerRecord<byte[], byte[]> record) {
    RecordTensors tensors;
    try {
      tensors = tensors(record);
    } catch (MalformedRecordException e) {
      return;
    }
    RecordTensors known = tensors;
    Optional<String> fault =
        contracts
            .version(known.batch())
            .or(() -> fault(known))
            .or(() -> gate.fault(known.batch(), known.inputs(), known.labels(), false));
    if (fault.isEmpty()) {
      Position begin = Position.atRecord(record.partition(), 1, record.offset());
      decoded(record, begin, tensors, 0).addTo(into, 0, tensors.samples());
    }
  }

  private RecordTensors tensors(ConsumerRecord<byte[], byte[]> record) {
    TrainingBatch batch = codec.decode(record, TrainingBatch.class);
    Tensor weights = batch.getWeights();
    return new RecordTensors(
        batch,
        TensorViews.of(batch.getInputs()),
        TensorViews.of(batch.getLabels()),
        weights == null ? null : TensorViews.of(weights));
  }

  private Optional<String> fault(RecordTensors tensors) {
    return contracts
        .inputs(tensors.batch(), tensors.inputs())
        .or(() -> check.batch(tensors.inputs(), tensors.labels()))
        .or(() -> contracts.labels(tensors.batch(), tensors.labels()))
        .or(() -> weights(tensors));
  }

  private Optional<String> weights(RecordTensors tensors) {
    return tensors.weights() == null
        ? Optional.empty()
        : check.weights(tensors.weights(), tensors.samples());
  }

  /**
   * The tensors of a record.
   *
   * @param batch the decoded record
   * @param weights null if each sample weighs 1
   */
  private record RecordTensors(
      TrainingBatch batch, TensorView inputs, TensorView labels, @Nullable TensorView weights) {

    /** The number of samples; valid if the inputs are. */
    int samples() {
      return Math.toIntExact(inputs.shape().get(0));
    }

    int bytes() {
      return inputs.data().remaining()
          + labels.data().remaining()
          + (weights == null ? 0 : weights.data().remaining());
    }

    RecordTensors copied() {
      return new RecordTensors(
          batch, copy(inputs), copy(labels), weights == null ? null : copy(weights));
    }

    private static TensorView copy(TensorView view) {
      ByteBuffer data = ByteBuffer.allocate(view.data().remaining()).put(view.data().duplicate());
      return new TensorView(view.type(), view.shape(), data.flip(), view.scale(), view.offset());
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
}
