package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.specific.SpecificRecord;

/**
 * The framing of Confluent's serializers: {@code 00}, a schema registry's 4-byte big-endian id, the
 * record. Schemas are registered under {@code <topic>-value} (TopicNameStrategy). Each id and
 * schema is requested only once, because they never change in a registry.
 *
 * <p>It also reads {@link SingleObjectFormat}'s frames, so a log may contain both.
 */
public final class RegistryFormat implements WireFormat {
  static final int HEAD_BYTES = 5;

  private record Subject(String topic, Schema schema) {}

  private final Duration timeout;
  private final RegistryAnswers<Subject, byte[]> heads;
  private final RegistryAnswers<Integer, Schema> schemas;
  private final RecordWriter writer = new RecordWriter();
  private final RecordReader reader = new RecordReader();
  private final SingleObjectFormat single = new SingleObjectFormat();
  private final RegistryAvailability availability = new RegistryAvailability();

  /**
   * Creates a format without a request to the registry.
   *
   * @param timeout how long {@link #encode} and {@link #decode} wait for the registry, including
   *     retries
   */
  public RegistryFormat(SchemaRegistry registry, Duration timeout) {
    this(registry, timeout, System::nanoTime, RegistryAnswers.Scheduler.SYSTEM);
  }

  RegistryFormat(
      SchemaRegistry registry,
      Duration timeout,
      LongSupplier nanoTime,
      RegistryAnswers.Scheduler scheduler) {
    this.timeout = timeout;
    heads = new RegistryAnswers<>(s -> head(registry, s), availability, nanoTime, scheduler);
    schemas = new RegistryAnswers<>(id -> schema(registry, id), availability, nanoTime, scheduler);
  }

  static boolean framed(ByteBuffer bytes) {
    return bytes.hasRemaining() && bytes.get(bytes.position()) == 0;
  }

  @Override
  public void addListener(RegistryListener listener) {
    availability.addListener(listener);
  }

  @Override
  public byte[] encode(String topic, SpecificRecord record) {
    return writer.write(heads.await(new Subject(topic, record.getSchema()), timeout), record);
  }

  @Override
  public Optional<String> whyWaiting(String topic, Schema schema) {
    return heads.whyWaiting(new Subject(topic, schema));
  }

  @Override
  public boolean isReadable(ByteBuffer bytes) {
    return !framed(bytes) || bytes.remaining() < HEAD_BYTES || schemas.isAnswered(id(bytes));
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, ByteBuffer bytes, Class<T> type) {
    if (SingleObjectFormat.framed(bytes)) {
      return single.decode(topic, bytes, type);
    }
    if (!framed(bytes) || bytes.remaining() < HEAD_BYTES) {
      throw new MalformedBytesException(Frames.notAFrame(bytes, HEAD_BYTES));
    }
    return reader.read(schemas.await(id(bytes), timeout), bytes, HEAD_BYTES, type);
  }

  private static int id(ByteBuffer bytes) {
    return bytes.slice().getInt(1);
  }

  private static CompletableFuture<byte[]> head(SchemaRegistry registry, Subject subject) {
    return registry
        .register(subject.topic() + "-value", SchemaText.plain(subject.schema()))
        .thenApply(id -> ByteBuffer.allocate(HEAD_BYTES).put((byte) 0).putInt(id).array());
  }

  private static CompletableFuture<Schema> schema(SchemaRegistry registry, int id) {
    return registry
        .schema(id)
        .thenApply(
            text -> {
              try {
                return new SchemaParser().parse(text).mainSchema();
              } catch (RuntimeException | StackOverflowError e) {
                // Avro's parser also throws exceptions other than its own.
                throw new MalformedBytesException(
                    "schema " + id + " of the registry is not a self-contained Avro schema", e);
              }
            });
  }
}
