package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * The framing of Confluent's serializers: {@code 00}, a schema registry's 4-byte big-endian id, the
 * record. Schemas are registered under {@code <topic>-value} (TopicNameStrategy). Ids and schemas
 * never change in a registry, so each is asked for once.
 *
 * <p>It also reads {@link SingleObjectFormat}'s frames, so that a log may hold both.
 */
public final class RegistryFormat implements WireFormat {
  static final int HEAD_BYTES = 5;

  private record Subject(String topic, Schema schema) {}

  private final SchemaRegistry registry;
  private final ConcurrentMap<Subject, byte[]> heads = new ConcurrentHashMap<>();
  private final ConcurrentMap<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final RecordWriter writer = new RecordWriter();
  private final RecordReader reader = new RecordReader();
  private final SingleObjectFormat single = new SingleObjectFormat();

  /**
   * Asks nothing of the registry yet.
   *
   * @param url the base under which {@code /subjects} and {@code /schemas} are, e.g. {@code
   *     http://127.0.0.1:8081} or Apicurio's {@code http://127.0.0.1:8080/apis/ccompat/v7}
   * @throws IllegalArgumentException if that is no http or https URL
   */
  public RegistryFormat(String url) {
    registry = new SchemaRegistry(url);
  }

  static boolean framed(ByteBuffer bytes) {
    return bytes.hasRemaining() && bytes.get(bytes.position()) == 0;
  }

  @Override
  public byte[] encode(String topic, SpecificRecord record) {
    Subject subject = new Subject(topic, record.getSchema());
    byte[] head = heads.get(subject);
    if (head == null) {
      int id = registry.register(topic + "-value", subject.schema());
      head = ByteBuffer.allocate(HEAD_BYTES).put((byte) 0).putInt(id).array();
      heads.put(subject, head);
    }
    return writer.write(head, record);
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, ByteBuffer bytes, Class<T> type) {
    if (SingleObjectFormat.framed(bytes)) {
      return single.decode(topic, bytes, type);
    }
    if (!framed(bytes) || bytes.remaining() < HEAD_BYTES) {
      throw new MalformedBytesException(Frames.notAFrame(bytes, HEAD_BYTES));
    }
    int id = bytes.slice().getInt(1);
    Schema written = schemas.get(id);
    if (written == null) {
      written = registry.schema(id);
      schemas.put(id, written);
    }
    return reader.read(written, bytes, HEAD_BYTES, type);
  }
}
