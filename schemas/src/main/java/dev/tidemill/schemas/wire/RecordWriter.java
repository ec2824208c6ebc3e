package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Writes a frame's header and its record, with one reused encoder per thread. */
final class RecordWriter {
  /** A thread drops an encoder whose buffer has grown beyond this. */
  private static final int KEPT_BYTES = 4 << 20;

  private final ConcurrentMap<Schema, SpecificDatumWriter<SpecificRecord>> writers =
      new ConcurrentHashMap<>();
  private final ThreadLocal<GatheringEncoder> encoders =
      ThreadLocal.withInitial(GatheringEncoder::new);

  byte[] write(byte[] head, SpecificRecord record) {
    GatheringEncoder encoder = encoders.get();
    encoder.begin(head);
    try {
      if (record instanceof Prediction prediction) {
        PredictionWriter.write(prediction, encoder);
      } else {
        avroWriter(record).write(record, encoder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = encoder.finish();
    if (bytes.length - encoder.referenced() > KEPT_BYTES) {
      encoders.remove();
    }
    return bytes;
  }

  private SpecificDatumWriter<SpecificRecord> avroWriter(SpecificRecord record) {
    return writers.computeIfAbsent(
        record.getSchema(),
        schema -> new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass())));
  }
}
