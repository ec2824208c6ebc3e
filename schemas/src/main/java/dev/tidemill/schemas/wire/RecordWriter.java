package dev.tidemill.schemas.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Writes a frame's head and the record behind it, through one reused buffer a thread. */
final class RecordWriter {
  /** A thread keeps no larger buffer than this between records. */
  private static final int KEPT_BYTES = 4 << 20;

  private final ConcurrentMap<Schema, SpecificDatumWriter<SpecificRecord>> writers =
      new ConcurrentHashMap<>();
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  byte[] write(byte[] head, SpecificRecord record) {
    SpecificDatumWriter<SpecificRecord> writer =
        writers.computeIfAbsent(
            record.getSchema(),
            schema ->
                new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass())));
    Scratch reused = scratch.get();
    reused.out.reset();
    reused.out.writeBytes(head);
    try {
      reused.encoder = EncoderFactory.get().binaryEncoder(reused.out, reused.encoder);
      writer.write(record, reused.encoder);
      reused.encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = reused.out.toByteArray();
    if (bytes.length > KEPT_BYTES) {
      scratch.remove();
    }
    return bytes;
  }

  private static final class Scratch {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
  }
}
