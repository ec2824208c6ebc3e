package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.PredictionRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** Reads framed records with their writer's schema. Caches a resolving reader per schema. */
final class RecordReader {
  /** Limits the cache, because a registry can name any number of schemas. */
  private static final int MAX_KEPT = 1_000;

  private record Key(Schema writer, Class<?> type) {}

  /** Decodes a record. Stateless, so all threads can share an instance. */
  private interface Decoding {
    Object decode(BoundedDecoder decoder) throws IOException;
  }

  private final ConcurrentMap<Key, Decoding> decodings = new ConcurrentHashMap<>();

  /** Reads the record after a header of the given length. */
  <T extends SpecificRecord> T read(Schema writer, ByteBuffer bytes, int headBytes, Class<T> type) {
    if (decodings.size() > MAX_KEPT) {
      decodings.clear();
    }
    Decoding decoding = decodings.computeIfAbsent(new Key(writer, type), RecordReader::resolve);
    BoundedDecoder decoder =
        new BoundedDecoder(
            bytes.slice(bytes.position() + headBytes, bytes.remaining() - headBytes));
    T record;
    try {
      record = type.cast(decoding.decode(decoder));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // For invalid bytes Avro throws many types: AvroRuntimeException, IndexOutOfBoundsException,
      // EOFException and more. The stack overflows if a registry's schema is recursive.
      throw new MalformedBytesException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
    if (decoder.remainingBytes() > 0) {
      throw new MalformedBytesException(
          "not a "
              + type.getSimpleName()
              + ": "
              + decoder.remainingBytes()
              + " bytes are left after its end");
    }
    return record;
  }

  private static Decoding resolve(Key key) {
    if (key.type() == PredictionRequest.class && RequestReader.reads(key.writer())) {
      return RequestReader::read;
    }
    // Avro's readers are stateless between calls, so all threads share one.
    SpecificDatumReader<?> reader = avroReader(key);
    return decoder -> {
      EntryLimit.check(key.writer(), decoder);
      return reader.read(null, decoder);
    };
  }

  private static SpecificDatumReader<?> avroReader(Key key) {
    SpecificData model = SpecificData.getForClass(key.type());
    Schema reader = model.getSchema(key.type());
    if (!reader.getFullName().equals(key.writer().getFullName())) {
      throw new MalformedBytesException(
          "is a " + key.writer().getName() + "; expected a " + reader.getName());
    }
    return new SpecificDatumReader<>(key.writer(), reader, model);
  }
}
