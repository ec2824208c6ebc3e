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

/** Reads the record behind a frame with its writer's schema. Keeps a resolved reader for each. */
final class RecordReader {
  /** More than any honest log has; a registry can name any number of schemas. */
  private static final int MOST_KEPT = 1_000;

  private record Key(Schema writer, Class<?> type) {}

  /** Holds no state between calls. */
  private interface Reads {
    Object from(BoundedDecoder decoder) throws IOException;
  }

  // Avro's readers hold no state between calls once they are built, so all threads share them.
  private final ConcurrentMap<Key, Reads> readers = new ConcurrentHashMap<>();

  /** The record behind a head of so many bytes. */
  <T extends SpecificRecord> T read(Schema writer, ByteBuffer bytes, int headBytes, Class<T> type) {
    if (readers.size() > MOST_KEPT) {
      readers.clear();
    }
    Reads reader = readers.computeIfAbsent(new Key(writer, type), RecordReader::resolved);
    BoundedDecoder decoder =
        new BoundedDecoder(
            bytes.slice(bytes.position() + headBytes, bytes.remaining() - headBytes));
    T record;
    try {
      record = type.cast(reader.from(decoder));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // What Avro throws where the bytes break its rules is not one type: AvroRuntimeException,
      // IndexOutOfBoundsException, EOFException and more. A registry's schema may be recursive.
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

  private static Reads resolved(Key key) {
    if (key.type() == PredictionRequest.class && RequestReader.reads(key.writer())) {
      return RequestReader::read;
    }
    SpecificDatumReader<?> avros = avros(key);
    return decoder -> {
      EntryLimit.check(key.writer(), decoder.copy());
      return avros.read(null, decoder);
    };
  }

  private static SpecificDatumReader<?> avros(Key key) {
    SpecificData model = SpecificData.getForClass(key.type());
    Schema reader = model.getSchema(key.type());
    if (!reader.getFullName().equals(key.writer().getFullName())) {
      throw new MalformedBytesException(
          "holds a " + key.writer().getName() + " where a " + reader.getName() + " is wanted");
    }
    return new SpecificDatumReader<>(key.writer(), reader, model);
  }
}
