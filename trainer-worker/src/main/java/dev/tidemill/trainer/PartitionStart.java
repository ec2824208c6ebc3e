package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/**
 * Where a term starts to read one partition.
 *
 * @param ended a range of the previous epoch that no version contains yet; null if there is none
 * @param begin where the next version's open range begins, usually the end of the newest version's
 * @param from where reading continues; a pass has covered the offsets from {@code begin} to here,
 *     which hold only refused records and transaction markers
 */
record PartitionStart(@Nullable Ended ended, Position begin, Position from) {

  /** The range [start, end) of one partition within one epoch. */
  record Ended(Position start, Position end) {}

  /** Continues where the newest version ends. */
  static PartitionStart at(Position position) {
    return new PartitionStart(null, position, position);
  }

  int partition() {
    return from.partition();
  }

  /** Returns the start of the next epoch, at the given position. */
  PartitionStart inEpoch(Position first) {
    return new PartitionStart(begin.equals(from) ? ended : new Ended(begin, from), first, first);
  }
}
