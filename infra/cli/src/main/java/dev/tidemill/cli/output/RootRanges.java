package dev.tidemill.cli.output;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a version and those down to its root have read since parameters were fresh: ranges that
 * touch are one, and a gap divides them. One thread.
 */
public final class RootRanges {
  private static final Comparator<OffsetRange> ORDER =
      Comparator.comparing(OffsetRange::getPartition)
          .thenComparing(OffsetRange::getStartOffset)
          .thenComparing(OffsetRange::getStartSample);

  private final Checkpoint version;
  private final List<OffsetRange> ranges = new ArrayList<>();

  /**
   * @param version whose ranges, and those before them, are wanted
   */
  public RootRanges(Checkpoint version) {
    this.version = version;
  }

  /** Adds a version of the lineage; those of other roots, and later ones, are left out. */
  public void add(Checkpoint other) {
    if (other.getRoot() == version.getRoot() && other.getVersion() <= version.getVersion()) {
      ranges.addAll(other.getRanges());
    }
  }

  /** Returns the ranges, by partition and offset. Those of several epochs are one. */
  private List<OffsetRange> joined() {
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : ranges.stream().sorted(ORDER).toList()) {
      OffsetRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last == null
          || last.getPartition() != range.getPartition()
          || isBefore(last.getEndOffset(), last.getEndSample(), range)) {
        joined.add(OffsetRange.newBuilder(range).build());
      } else if (range.getEndOffset() > last.getEndOffset()
          || (range.getEndOffset() == last.getEndOffset()
              && range.getEndSample() > last.getEndSample())) {
        last.setEndOffset(range.getEndOffset());
        last.setEndSample(range.getEndSample());
      }
    }
    return joined;
  }

  private static boolean isBefore(long offset, int sample, OffsetRange range) {
    return offset < range.getStartOffset()
        || (offset == range.getStartOffset() && sample < range.getStartSample());
  }

  /** Returns the ranges as objects of JSON. */
  List<Object> toRows() {
    return joined().stream()
        .map(
            range ->
                new ResultRow()
                    .with("partition", range.getPartition())
                    .with("start", range.getStartOffset())
                    .with("start_sample", range.getStartSample())
                    .with("end", range.getEndOffset())
                    .with("end_sample", range.getEndSample())
                    .values())
        .map(Object.class::cast)
        .toList();
  }

  /** Returns the ranges as partition:start-end. */
  String describe() {
    return joined().stream()
        .map(
            range ->
                range.getPartition()
                    + ":"
                    + place(range, range.getStartOffset(), range.getStartSample())
                    + "-"
                    + place(range, range.getEndOffset(), range.getEndSample()))
        .collect(Collectors.joining(" "));
  }

  private static String place(OffsetRange of, long offset, int sample) {
    return VersionRow.place(new ReadPosition(of.getPartition(), of.getEpoch(), offset, sample));
  }
}
