package dev.tidemill.testbed.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Turns the records of a model's topics into a history. One thread. */
final class RecordCollector {
  private final PublishedRecord batch = PublishedRecord.named("TrainingBatch");
  private final PublishedRecord manifest = PublishedRecord.named("Checkpoint");
  private final PublishedRecord chunk = PublishedRecord.named("CheckpointChunk");
  private final PublishedRecord request = PublishedRecord.named("PredictionRequest");
  private final PublishedRecord prediction = PublishedRecord.named("Prediction");
  private final PublishedRecord letter = PublishedRecord.named("DeadLetter");
  private final PublishedRecord control = PublishedRecord.named("ControlEvent");
  private final String prefix;
  private final History.Builder history;

  /**
   * @param prefix of the topics' names, with the model and a dot at its end
   */
  RecordCollector(String prefix, History.Builder history) {
    this.prefix = prefix;
    this.history = history;
  }

  void add(ConsumerRecord<byte[], byte[]> record, boolean committed) {
    Place at = new Place(record.topic(), record.partition(), record.offset());
    byte[] value = record.value();
    switch (record.topic().substring(prefix.length())) {
      case "batches" -> history.batches(batch(at, committed, value));
      case "checkpoints" ->
          manifest
              .read(value)
              .ifPresent(read -> history.manifests(ManifestFields.manifest(read, at, committed)));
      case "checkpoint-chunks" -> addChunk(record, at, committed);
      case "requests" -> history.requests(request(at, committed, value));
      case "predictions" ->
          prediction
              .read(value)
              .ifPresent(
                  read -> history.answers(answer(read, at, committed, isExpired(record, read))));
      case "dead-letters" ->
          letter.read(value).ifPresent(read -> history.letters(letter(read, at, committed)));
      case "control" -> control.read(value).filter(read -> committed).ifPresent(this::addPin);
      default -> throw new IllegalArgumentException("unknown topic " + record.topic());
    }
  }

  private Batch batch(Place at, boolean committed, byte @Nullable [] value) {
    Optional<GenericRecord> read = batch.read(value);
    long checksum = checksum(value);
    return read.map(
            of ->
                new Batch(
                    at,
                    committed,
                    true,
                    text(of, "source"),
                    (Long) of.get("sequence"),
                    (Long) of.get("first_sample"),
                    samples(of),
                    checksum))
        .orElseGet(() -> new Batch(at, committed, false, "", 0, 0, 1, checksum));
  }

  /** Returns the first size of the inputs. A batch without one is refused, and counts as one. */
  private static int samples(GenericRecord batch) {
    List<?> shape = (List<?>) ((GenericRecord) batch.get("inputs")).get("shape");
    long samples = shape.isEmpty() ? 1 : (Long) shape.get(0);
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, samples));
  }

  private void addChunk(ConsumerRecord<byte[], byte[]> record, Place at, boolean committed) {
    byte @Nullable [] key = record.key();
    String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
    if (record.value() == null) {
      history.chunks(new Chunk(at, committed, name, 0, 0));
      return;
    }
    chunk
        .read(record.value())
        .ifPresent(
            read ->
                history.chunks(
                    new Chunk(
                        at,
                        committed,
                        name,
                        (Long) read.get("version"),
                        ((ByteBuffer) read.get("data")).remaining())));
  }

  private Request request(Place at, boolean committed, byte @Nullable [] value) {
    Optional<GenericRecord> read = request.read(value);
    String id = read.map(of -> text(of, "request_id")).orElse("");
    return new Request(at, committed, read.isPresent(), id, checksum(value));
  }

  private Answer answer(GenericRecord from, Place at, boolean committed, boolean expired) {
    List<Float> outputs = new ArrayList<>();
    for (Object output : (List<?>) from.get("outputs")) {
      outputs.add((Float) output);
    }
    Place request =
        new Place(
            prefix + "requests",
            (Integer) from.get("request_partition"),
            (Long) from.get("request_offset"));
    Object error = from.get("error");
    return new Answer(
        at,
        committed,
        text(from, "request_id"),
        request,
        text(from, "request_topic_id"),
        (Long) from.get("model_version"),
        text(from, "worker"),
        outputs,
        Optional.ofNullable(error).map(Object::toString),
        expired);
  }

  private static boolean isExpired(ConsumerRecord<byte[], byte[]> record, GenericRecord answer) {
    Header deadline = record.headers().lastHeader("tidemill-deadline");
    if (deadline == null || deadline.value() == null) {
      return false;
    }
    String digits = new String(deadline.value(), StandardCharsets.US_ASCII);
    return digits.matches("[0-9]{1,18}")
        && (Long) answer.get("created_at") > Long.parseLong(digits);
  }

  private static Letter letter(GenericRecord from, Place at, boolean committed) {
    Place of =
        new Place(text(from, "topic"), (Integer) from.get("partition"), (Long) from.get("offset"));
    ByteBuffer value = (ByteBuffer) from.get("value");
    OptionalLong checksum = OptionalLong.empty();
    if (value != null) {
      CRC32 crc = new CRC32();
      crc.update(value.duplicate());
      checksum = OptionalLong.of(crc.getValue());
    }
    return new Letter(at, committed, of, text(from, "reason"), text(from, "worker"), checksum);
  }

  private void addPin(GenericRecord control) {
    GenericRecord event = (GenericRecord) control.get("event");
    if (event.getSchema().getName().equals("ControlCommand")
        && text(event, "action").equals("PIN")
        && event.get("version") instanceof Long version) {
      history.pinned(version);
    }
  }

  private static long checksum(byte @Nullable [] value) {
    CRC32 crc = new CRC32();
    crc.update(value == null ? new byte[0] : value);
    return crc.getValue();
  }

  private static String text(GenericRecord from, String field) {
    return from.get(field).toString();
  }
}
