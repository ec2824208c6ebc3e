package dev.tidemill.checkpoints;

import dev.tidemill.schemas.Checkpoint;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folds manifests into what is known of a lineage as they are read. Used by one thread.
 *
 * <p>Manifests do not come by ascending version: retention writes them again, compaction removes
 * the earlier record, and a version that was pinned is written again long after its successors. So
 * the fold keeps segments of contiguous versions. A segment keeps the manifests at its two ends
 * only, because a version is checked against its neighbor alone. Segments that touch become one.
 * Beside that, the fold keeps the manifests whose payload is there: only those may be written
 * again.
 *
 * <p>Memory is bounded by retention: by the payloads that it keeps, and by the holes that the
 * versions pinned for a while leave.
 */
final class LineageFold {
  /** Beyond that many holes, the lowest versions that are missing are taken for lost. */
  static final int MOST_SEGMENTS = 1_000;

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

  /** Takes the next manifest, in the order in which they were written. */
  void add(Manifest manifest) {
    malformedEnd = null;
    Segment segment = holding(manifest.version());
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
   * Takes note of a record that cannot be decoded.
   *
   * @param reason where it stands and why
   */
  void addMalformed(long offset, String reason) {
    String sentence = "a manifest cannot be read: " + reason;
    malformed.add(offset, sentence);
    malformedEnd = sentence;
  }

  private @Nullable Segment holding(long version) {
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
    if (segments.size() > MOST_SEGMENTS) {
      Segment lowest = segments.firstEntry().getValue();
      join(lowest, segments.higherEntry(lowest.first.version()).getValue());
    }
  }

  private void join(Segment lower, Segment upper) {
    check(lower.last, upper.first);
    lower.last = upper.last;
    segments.remove(upper.first.version());
  }

  /** Only a version that loses its payload is written again. */
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
    // The later record is what compaction keeps.
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

  /** What is known once everything was read. To be called once. */
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
