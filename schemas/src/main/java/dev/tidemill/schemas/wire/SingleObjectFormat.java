package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: {@code C3 01}, the 8-byte little-endian CRC-64-AVRO fingerprint of
 * the writer's schema, the record. It needs no registry: it finds the writer's schema among all
 * published versions and the current schemas.
 *
 * <p>Source: Avro specification, "Single object encoding" and "Schema Fingerprints".
 */
public final class SingleObjectFormat implements WireFormat {
  static final int HEAD_BYTES = 10;
  private static final byte MARK_0 = (byte) 0xC3;
  private static final byte MARK_1 = 1;

  private final Map<Long, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<Schema, byte[]> heads = new ConcurrentHashMap<>();
  private final RecordWriter writer = new RecordWriter();
  private final RecordReader reader = new RecordReader();

  public SingleObjectFormat() {
    schemas.putAll(new PublishedSchemas().byFingerprint());
    PublishedSchemas.CURRENT.forEach(this::addSchema);
  }

  static boolean framed(ByteBuffer bytes) {
    int at = bytes.position();
    return bytes.remaining() > 1 && bytes.get(at) == MARK_0 && bytes.get(at + 1) == MARK_1;
  }

  @Override
  public byte[] encode(String topic, SpecificRecord record) {
    return writer.write(heads.computeIfAbsent(record.getSchema(), this::head), record);
  }

  @Override
  public <T extends SpecificRecord> T decode(String topic, ByteBuffer bytes, Class<T> type) {
    if (RegistryFormat.framed(bytes)) {
      throw new MalformedBytesException(
          "has a schema registry's frame; set schema.registry.url to read it");
    }
    if (!framed(bytes) || bytes.remaining() < HEAD_BYTES) {
      throw new MalformedBytesException(Frames.notAFrame(bytes, HEAD_BYTES));
    }
    long fingerprint = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    Schema written = schemas.get(fingerprint);
    if (written == null) {
      // A type that is not a topic's value has no published schema, only its own.
      Schema own = SpecificData.get().getSchema(type);
      if (addSchema(own) != fingerprint) {
        throw new MalformedBytesException(
            "no published schema has the fingerprint %016x".formatted(fingerprint));
      }
      written = own;
    }
    return reader.read(written, bytes, HEAD_BYTES, type);
  }

  private long addSchema(Schema schema) {
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    schemas.putIfAbsent(fingerprint, schema);
    return fingerprint;
  }

  private byte[] head(Schema schema) {
    byte[] head = new byte[HEAD_BYTES];
    head[0] = MARK_0;
    head[1] = MARK_1;
    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putLong(2, addSchema(schema));
    return head;
  }
}
