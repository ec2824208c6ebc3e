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
record Resumption(List<Start> starts, List<LostRange> gaps, List<String> changes) {
  Resumption {
    starts = List.copyOf(starts);
    gaps = List.copyOf(gaps);
    changes = List.copyOf(changes);
  }

  /** Without gaps and changes. */
  static Resumption at(List<Position> positions) {
    return new Resumption(positions.stream().map(Start::at).toList(), List.of(), List.of());
  }

  /** Where each partition is read on. */
  List<Position> from() {
    return starts.stream().map(Start::from).toList();
  }
}
