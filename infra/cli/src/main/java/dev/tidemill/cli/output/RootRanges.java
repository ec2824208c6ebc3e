package dev.tidemill.cli.output;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a version and those down to its root have read: since parameters were fresh, from where to
 * where in each partition. Their ranges touch, so one range for a partition says it all. One
 * thread.
 */
public final class RootRanges {
  private static final Comparator<ReadPosition> ORDER =
      Comparator.comparing(ReadPosition::getOffset).thenComparing(ReadPosition::getSample);

  private final Checkpoint version;
  private final Map<Integer, ReadPosition> starts = new TreeMap<>();
  private final Map<Integer, ReadPosition> ends = new TreeMap<>();

  /**
   * @param version whose ranges, and those before them, are wanted
   */
  public RootRanges(Checkpoint version) {
    this.version = version;
  }

  /** Adds a version of the lineage; those of other roots, and later ones, are left out. */
  public void add(Checkpoint other) {
    if (other.getRoot() != version.getRoot() || other.getVersion() > version.getVersion()) {
      return;
    }
    for (OffsetRange range : other.getRanges()) {
      ReadPosition start =
          new ReadPosition(
              range.getPartition(),
              range.getEpoch(),
              range.getStartOffset(),
              range.getStartSample());
      ReadPosition end =
          new ReadPosition(
              range.getPartition(), range.getEpoch(), range.getEndOffset(), range.getEndSample());
      starts.merge(range.getPartition(), start, (a, b) -> ORDER.compare(a, b) <= 0 ? a : b);
      ends.merge(range.getPartition(), end, (a, b) -> ORDER.compare(a, b) >= 0 ? a : b);
    }
  }

  /** Returns the range of each partition as an object of JSON. */
  List<Object> toRows() {
    return starts.values().stream()
        .map(
            start -> {
              ReadPosition end = end(start);
              return new ResultRow()
                  .with("partition", start.getPartition())
                  .with("start", start.getOffset())
                  .with("start_sample", start.getSample())
                  .with("end", end.getOffset())
                  .with("end_sample", end.getSample())
                  .values();
            })
        .map(Object.class::cast)
        .toList();
  }

  /** Returns the range of each partition as partition:start-end. */
  String describe() {
    return starts.values().stream()
        .map(
            start ->
                start.getPartition()
                    + ":"
                    + VersionRow.place(start)
                    + "-"
                    + VersionRow.place(end(start)))
        .collect(Collectors.joining(" "));
  }

  private ReadPosition end(ReadPosition start) {
    return ends.getOrDefault(start.getPartition(), start);
  }
}
