package dev.tidemill.trainer;

import dev.tidemill.schemas.LostRange;
import java.util.List;

/**
 * Where a term starts to read the log.
 *
 * @param starts one for each partition, in order of partition
 * @param gaps to record in the next version
 * @param changes of the source to record in the next version, one sentence each
 */
record ResumePoint(List<PartitionStart> starts, List<LostRange> gaps, List<String> changes) {
  ResumePoint {
    starts = List.copyOf(starts);
    gaps = List.copyOf(gaps);
    changes = List.copyOf(changes);
  }

  /** Creates a resume point without gaps and changes. */
  static ResumePoint at(List<Position> positions) {
    return new ResumePoint(
        positions.stream().map(PartitionStart::at).toList(), List.of(), List.of());
  }

  /** Returns the position where each partition continues. */
  List<Position> from() {
    return starts.stream().map(PartitionStart::from).toList();
  }
}
