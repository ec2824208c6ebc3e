package dev.tidemill.testbed.history;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of one kind of record by its published schemas, with Avro's own reader.
 *
 * <p>Source: Avro specification, "Single object encoding": {@code C3 01}, the fingerprint of the
 * writer's schema, the record.
 */
final class PublishedRecord {
  private static final short MARK = (short) 0xC301;
  private static final int HEAD_BYTES = Short.BYTES + Long.BYTES;

  private final Map<Long, Schema> writers = new HashMap<>();
  private final Schema newest;

  private PublishedRecord(String name) {
    Schema last = null;
    int version = 1;
    for (Schema found = load(name, version); found != null; found = load(name, ++version)) {
      writers.put(SchemaNormalization.parsingFingerprint64(found), found);
      last = found;
    }
    if (last == null) {
      throw new IllegalStateException("no schema of " + name + " is published");
    }
    this.newest = last;
  }

  /** Loads all versions of a record's schema. */
  static PublishedRecord named(String name) {
    return new PublishedRecord(name);
  }

  private static @Nullable Schema load(String name, int version) {
    String resource = "/published/" + name + "/v" + version + ".avsc";
    try (InputStream in = PublishedRecord.class.getResourceAsStream(resource)) {
      return in == null
          ? null
          : new SchemaParser()
              .parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))
              .mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  /** Decodes a record's value; empty if it is none. */
  Optional<GenericRecord> read(byte @Nullable [] value) {
    if (value == null || value.length < HEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer head = ByteBuffer.wrap(value);
    short mark = head.getShort();
    Schema writer = writers.get(head.order(ByteOrder.LITTLE_ENDIAN).getLong());
    if (mark != MARK || writer == null) {
      return Optional.empty();
    }
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(value, HEAD_BYTES, value.length - HEAD_BYTES, null);
    try {
      GenericRecord read =
          new GenericDatumReader<GenericRecord>(writer, newest).read(null, decoder);
      return decoder.isEnd() ? Optional.of(read) : Optional.empty();
    } catch (IOException | AvroRuntimeException e) {
      return Optional.empty();
    }
  }
}
