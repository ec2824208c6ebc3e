package dev.tidemill.testbed.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Takes a manifest from its Avro record. */
final class ManifestFields {
  private ManifestFields() {}

  static Manifest manifest(GenericRecord from, Place at, boolean committed) {
    Object parent = from.get("parent");
    GenericRecord restart = (GenericRecord) from.get("restart");
    return new Manifest(
        at,
        committed,
        number(from, "version"),
        parent == null ? OptionalLong.empty() : OptionalLong.of((Long) parent),
        number(from, "run"),
        number(from, "root"),
        text(from, "topic"),
        text(from, "topic_id"),
        records(from, "ranges").stream().map(ManifestFields::range).toList(),
        records(from, "gaps").stream()
            .map(
                gap ->
                    new Manifest.Gap(
                        small(gap, "partition"), number(gap, "start"), number(gap, "end")))
            .toList(),
        positions(from),
        restart == null ? Map.of() : positions(restart),
        bounds(from),
        small(from, "epochs"),
        number(from, "steps"),
        number(from, "samples"),
        payload((GenericRecord) from.get("payload")),
        text(from, "worker"));
  }

  private static Manifest.Range range(GenericRecord from) {
    return new Manifest.Range(
        small(from, "partition"),
        small(from, "epoch"),
        new SamplePosition(number(from, "start_offset"), small(from, "start_sample")),
        new SamplePosition(number(from, "end_offset"), small(from, "end_sample")));
  }

  private static Map<Integer, Manifest.Position> positions(GenericRecord from) {
    Map<Integer, Manifest.Position> positions = new HashMap<>();
    for (GenericRecord at : records(from, "positions")) {
      positions.put(
          small(at, "partition"),
          new Manifest.Position(
              small(at, "epoch"), new SamplePosition(number(at, "offset"), small(at, "sample"))));
    }
    return positions;
  }

  private static Map<Integer, Manifest.Bounds> bounds(GenericRecord from) {
    Map<Integer, Manifest.Bounds> bounds = new HashMap<>();
    for (GenericRecord of : records(from, "bounds")) {
      bounds.put(
          small(of, "partition"), new Manifest.Bounds(number(of, "start"), number(of, "end")));
    }
    return bounds;
  }

  private static Optional<Manifest.Payload> payload(@Nullable GenericRecord from) {
    if (from == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Manifest.Payload(
            number(from, "bytes"),
            text(from, "sha256"),
            records(from, "chunks").stream()
                .map(
                    chunk ->
                        new Manifest.ChunkPlace(
                            small(chunk, "partition"),
                            number(chunk, "offset"),
                            small(chunk, "bytes")))
                .toList()));
  }

  private static List<GenericRecord> records(GenericRecord from, String field) {
    List<GenericRecord> records = new ArrayList<>();
    for (Object each : (List<?>) from.get(field)) {
      records.add((GenericRecord) each);
    }
    return records;
  }

  private static long number(GenericRecord from, String field) {
    return (Long) from.get(field);
  }

  private static int small(GenericRecord from, String field) {
    return (Integer) from.get(field);
  }

  private static String text(GenericRecord from, String field) {
    return from.get(field).toString();
  }
}
