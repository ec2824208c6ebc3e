package dev.tidemill.testbed.guarantee;

import dev.tidemill.testbed.history.Chunk;
import dev.tidemill.testbed.history.GroupOffset;
import dev.tidemill.testbed.history.History;
import dev.tidemill.testbed.history.Manifest;
import dev.tidemill.testbed.history.Place;
import dev.tidemill.testbed.history.SamplePosition;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that chunks, manifest and consumed offsets were committed together, on which G1 rests.
 * Sees only what compaction has left: a manifest without payload says nothing about its chunks.
 */
public final class WholeCheckpoints {
  private static final Pattern VERSION = Pattern.compile("(?:^| )version=(\\d+)");
  private static final Pattern EPOCH = Pattern.compile("(?:^| )epoch=(\\d+)");

  private final History history;
  private final List<Violation> violations = new ArrayList<>();

  private WholeCheckpoints(History history) {
    this.history = history;
  }

  /** Returns the parts of versions that were committed without the rest. */
  public static List<Violation> check(History history) {
    WholeCheckpoints check = new WholeCheckpoints(history);
    check.checkChunks();
    check.checkOffsets();
    return check.violations;
  }

  /** Returns how the chunks of a version differ from the file that its manifest describes. */
  public static List<Violation> checkPayload(Manifest version, byte[] payload) {
    Manifest.Payload expected = version.payload().orElseThrow();
    try {
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
      return sha256.equals(expected.sha256())
          ? List.of()
          : List.of(
              new Violation(
                  Guarantee.G1,
                  Anomaly.CORRUPTION,
                  version.where(),
                  "has chunks with the SHA-256 %s, but names %s"
                      .formatted(sha256, expected.sha256())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private void checkChunks() {
    Map<Integer, Map<Long, Chunk>> chunks = new HashMap<>();
    Map<String, Chunk> lasts = new HashMap<>();
    for (Chunk chunk : history.chunks()) {
      chunks
          .computeIfAbsent(chunk.at().partition(), partition -> new HashMap<>())
          .put(chunk.at().offset(), chunk);
      if (chunk.committed()) {
        lasts.put(chunk.key(), chunk);
      }
    }
    Set<Place> named = new HashSet<>();
    for (Manifest version : history.versions()) {
      version
          .payload()
          .ifPresent(
              payload ->
                  payload
                      .chunks()
                      .forEach(
                          place -> {
                            Chunk chunk =
                                chunks
                                    .getOrDefault(place.partition(), Map.of())
                                    .get(place.offset());
                            if (chunk != null) {
                              named.add(chunk.at());
                            }
                            checkChunk(version, place, chunk);
                          }));
    }
    for (Chunk chunk : lasts.values()) {
      if (!chunk.isTombstone() && !named.contains(chunk.at())) {
        add(
            Anomaly.TORN_TRANSACTION,
            chunk.at() + " chunk " + chunk.key(),
            "is committed, but no manifest names it");
      }
    }
  }

  private void checkChunk(Manifest version, Manifest.ChunkPlace place, @Nullable Chunk chunk) {
    String where = "partition %d offset %d".formatted(place.partition(), place.offset());
    if (chunk == null) {
      add(
          Anomaly.TORN_TRANSACTION,
          version.where(),
          "names a chunk at %s, where there is none".formatted(where));
    } else if (!chunk.committed()) {
      add(
          Anomaly.TORN_TRANSACTION,
          version.where(),
          "names a chunk at %s, which is not committed".formatted(where));
    } else if (chunk.version() != version.version() || chunk.bytes() != place.bytes()) {
      add(
          Anomaly.CORRUPTION,
          version.where(),
          "names %d bytes at %s, where chunk %s has %d"
              .formatted(place.bytes(), where, chunk.key(), chunk.bytes()));
    }
  }

  /** The group's offsets follow the newest version, and passes move them further. */
  private void checkOffsets() {
    List<Manifest> versions = history.versions();
    BatchLog log = new BatchLog(history);
    long newest = versions.isEmpty() ? 0 : versions.get(versions.size() - 1).version();
    for (GroupOffset offset : history.training()) {
      long version = number(VERSION, offset);
      if (version != newest) {
        add(
            Anomaly.TORN_TRANSACTION,
            "partition %d of the trainers' group".formatted(offset.partition()),
            "offset %d was committed with version %d, but the newest manifest is version %d"
                .formatted(offset.offset(), version, newest));
      } else if (newest > 0) {
        checkOffset(versions.get(versions.size() - 1), offset, log);
      }
    }
  }

  private void checkOffset(Manifest newest, GroupOffset offset, BatchLog log) {
    Manifest.Position position = newest.next().get(offset.partition());
    if (position == null || number(EPOCH, offset) != position.epoch()) {
      return;
    }
    SamplePosition end = SamplePosition.at(offset.offset());
    if (offset.offset() < position.sample().offset()) {
      add(
          Anomaly.INCONSISTENT_OFFSETS,
          newest.where(),
          "continues partition %d at %s, but the group at offset %d"
              .formatted(offset.partition(), position.sample(), offset.offset()));
    }
    for (BatchLog.Part part : log.committed(offset.partition(), position.sample(), end)) {
      if (part.batch().readable() && !log.isRefused(part.batch())) {
        add(
            Anomaly.INCONSISTENT_OFFSETS,
            part.where(),
            "is before the group's offset %d, but was neither trained up to version %d nor refused"
                .formatted(offset.offset(), newest.version()));
      }
    }
  }

  private static long number(Pattern pattern, GroupOffset offset) {
    Matcher matcher = pattern.matcher(offset.metadata());
    return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private void add(Anomaly anomaly, String where, String text) {
    violations.add(new Violation(Guarantee.G1, anomaly, where, text));
  }
}
