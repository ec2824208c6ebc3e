package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folds manifests into a {@link Lineage} as they are read. One thread.
 *
 * <p>Manifests do not arrive by ascending version. Retention writes them again, and compaction
 * removes the earlier record. A version that was pinned is written again long after its successors.
 * So the fold keeps segments of contiguous versions. A segment keeps only the manifests at its two
 * ends, because a version is checked against its neighbor alone. Segments that touch are joined.
 * The fold also keeps the manifests with a payload, because only those may be written again.
 *
 * <p>Retention bounds the memory: the payloads that it keeps, and the holes that formerly pinned
 * versions leave.
 */
final class LineageFold {
  /** The most segments. Beyond that, the lowest missing versions count as lost. */
  static final int MAX_SEGMENTS = 1_000;

  private static final class Segment {
    private final Manifest first;
    private Manifest last;

    Segment(Manifest only) {
      first = only;
      last = only;
    }

    Segment(Manifest first, Manifest last) {
      this.first = first;
      this.last = last;
    }
  }

  private final NavigableMap<Long, Segment> segments = new TreeMap<>();
  private final NavigableMap<Long, Manifest> withPayload = new TreeMap<>();
  private final FaultList contradictions = new FaultList();
  private final FaultList faults = new FaultList();
  private final FaultList malformed = new FaultList();
  private long versions;
  private long refusedRecords;
  private @Nullable String malformedEnd;

  /** Adds the next manifest, in the order in which they were written. */
  void add(Manifest manifest) {
    malformedEnd = null;
    Segment segment = segmentOf(manifest.version());
    if (segment == null) {
      versions++;
      refusedRecords += manifest.checkpoint().getRefusedRecords();
      insert(manifest);
      keepPayload(manifest);
    } else {
      addAgain(manifest, segment);
    }
  }

  /**
   * Adds a record that cannot be decoded.
   *
   * @param reason says where the record is and why it cannot be decoded
   */
  void addMalformed(long offset, String reason) {
    String sentence = "a manifest cannot be read: " + reason;
    malformed.add(offset, sentence);
    malformedEnd = sentence;
  }

  private @Nullable Segment segmentOf(long version) {
    Map.Entry<Long, Segment> below = segments.floorEntry(version);
    return below == null || below.getValue().last.version() < version ? null : below.getValue();
  }

  private void insert(Manifest manifest) {
    long version = manifest.version();
    Map.Entry<Long, Segment> below = segments.lowerEntry(version);
    Segment segment;
    if (below != null && below.getValue().last.version() == version - 1) {
      segment = below.getValue();
      check(segment.last, manifest);
      segment.last = manifest;
    } else {
      segment = new Segment(manifest);
      segments.put(version, segment);
    }
    Segment above = segments.get(version + 1);
    if (above != null) {
      join(segment, above);
    }
    if (segments.size() > MAX_SEGMENTS) {
      Segment lowest = segments.firstEntry().getValue();
      join(lowest, segments.higherEntry(lowest.first.version()).getValue());
    }
  }

  private void join(Segment lower, Segment upper) {
    check(lower.last, upper.first);
    lower.last = upper.last;
    segments.remove(upper.first.version());
  }

  /** Adds a version again, which is legal only if its payload was removed. */
  private void addAgain(Manifest manifest, Segment segment) {
    long version = manifest.version();
    Manifest earlier = withPayload.get(version);
    if (earlier == null) {
      contradictions.add(
          version,
          "version %d is written again at offset %d, after its payload was removed"
              .formatted(version, manifest.offset()));
    } else if (!earlier.agreesWith(manifest)) {
      contradictions.add(
          version,
          "the manifests of version %d at offsets %d and %d disagree"
              .formatted(version, earlier.offset(), manifest.offset()));
    }
    // Compaction keeps the later record.
    if (segment.last.version() == version) {
      segment.last = manifest;
    }
    if (segment.first.version() == version) {
      segments.put(version, new Segment(manifest, segment.last));
    }
    keepPayload(manifest);
  }

  private void keepPayload(Manifest manifest) {
    if (manifest.hasPayload()) {
      withPayload.put(manifest.version(), manifest);
    } else {
      withPayload.remove(manifest.version());
    }
  }

  private void check(@Nullable Manifest before, Manifest manifest) {
    new VersionCheck(
            before == null ? null : before.checkpoint(),
            manifest.checkpoint(),
            contradictions,
            faults)
        .run();
  }

  /** Returns the lineage after all manifests were added. Call once. */
  Lineage finish() {
    Manifest before = null;
    for (Segment segment : segments.values()) {
      check(before, segment.first);
      before = segment.last;
    }
    return new Lineage(this, before == null ? null : before.checkpoint());
  }

  NavigableMap<Long, Checkpoint> withPayload() {
    NavigableMap<Long, Checkpoint> checkpoints = new TreeMap<>();
    withPayload.forEach((version, manifest) -> checkpoints.put(version, manifest.checkpoint()));
    return checkpoints;
  }

  FaultList contradictions() {
    return contradictions;
  }

  FaultList faults() {
    return faults;
  }

  FaultList malformed() {
    return malformed;
  }

  Optional<String> malformedEnd() {
    return Optional.ofNullable(malformedEnd);
  }

  long versions() {
    return versions;
  }

  long refusedRecords() {
    return refusedRecords;
  }
}
