package dev.tidemill.trainer;

import dev.tidemill.schemas.LostRange;
import java.util.List;

/**
 * Where a term enters the log.
 *
 * @param starts one for each partition, by partition
 * @param gaps that the next version records
 * @param changes of the source that the next version records, one sentence each
 */
record ResumePoint(List<PartitionStart> starts, List<LostRange> gaps, List<String> changes) {
  ResumePoint {
    starts = List.copyOf(starts);
    gaps = List.copyOf(gaps);
    changes = List.copyOf(changes);
  }

  /** Without gaps and changes. */
  static ResumePoint at(List<Position> positions) {
    return new ResumePoint(
        positions.stream().map(PartitionStart::at).toList(), List.of(), List.of());
  }

  /** Where each partition is read on. */
  List<Position> from() {
    return starts.stream().map(PartitionStart::from).toList();
  }
}
