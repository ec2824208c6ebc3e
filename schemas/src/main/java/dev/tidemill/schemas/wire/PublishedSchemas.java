package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.TrainingProgress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every record's schema that was ever published: the resources {@code
 * published/<Record>/v<N>.avsc}, each with its types inlined. They are never changed or removed, so
 * that whatever stands in a log stays readable.
 */
final class PublishedSchemas {
  /** The records that are values of topics, in their current form. */
  static final List<Schema> CURRENT =
      List.of(
          TrainingBatch.getClassSchema(),
          Checkpoint.getClassSchema(),
          CheckpointChunk.getClassSchema(),
          PredictionRequest.getClassSchema(),
          Prediction.getClassSchema(),
          Label.getClassSchema(),
          TrainingProgress.getClassSchema(),
          ControlEvent.getClassSchema(),
          DeadLetter.getClassSchema());

  private final Map<String, List<Schema>> versions = new TreeMap<>();

  PublishedSchemas() {
    for (Schema current : CURRENT) {
      List<Schema> found = new ArrayList<>();
      for (Schema s = load(current, 1); s != null; s = load(current, found.size() + 1)) {
        found.add(s);
      }
      versions.put(current.getName(), List.copyOf(found));
    }
  }

  /** A record's versions, the oldest first; none for a record that no topic carries. */
  List<Schema> versions(String record) {
    return versions.getOrDefault(record, List.of());
  }

  /** Every version under its CRC-64-AVRO fingerprint. */
  Map<Long, Schema> byFingerprint() {
    Map<Long, Schema> all = new TreeMap<>();
    for (List<Schema> ofOne : versions.values()) {
      for (Schema schema : ofOne) {
        all.put(SchemaNormalization.parsingFingerprint64(schema), schema);
      }
    }
    return all;
  }

  private static @Nullable Schema load(Schema record, int version) {
    String name = "/published/" + record.getName() + "/v" + version + ".avsc";
    try (InputStream in = PublishedSchemas.class.getResourceAsStream(name)) {
      if (in == null) {
        return null;
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new SchemaParser().parse(text).mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
