package dev.tidemill.schemas.wire;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.TrainingBatch;
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
 * All published versions of all record schemas: the resources {@code published/<Record>/v<N>.avsc},
 * each with its types inlined. Published versions are never removed and their fields never change,
 * so that every record in a log stays readable.
 */
final class PublishedSchemas {
  /** The current schemas of all records that are values of topics. */
  static final List<Schema> CURRENT =
      List.of(
          TrainingBatch.getClassSchema(),
          DataContract.getClassSchema(),
          Checkpoint.getClassSchema(),
          CheckpointChunk.getClassSchema(),
          PredictionRequest.getClassSchema(),
          Prediction.getClassSchema(),
          Label.getClassSchema(),
          ProgressEvent.getClassSchema(),
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

  /** Returns a record's versions, oldest first; none for a record that is not a topic's value. */
  List<Schema> versions(String record) {
    return versions.getOrDefault(record, List.of());
  }

  /** Returns all versions by their CRC-64-AVRO fingerprint. */
  Map<Long, Schema> byFingerprint() {
    Map<Long, Schema> all = new TreeMap<>();
    for (List<Schema> ofRecord : versions.values()) {
      for (Schema schema : ofRecord) {
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
