package dev.tidemill.trainer;

import org.jspecify.annotations.Nullable;

/**
 * Where a term enters one partition.
 *
 * @param ended a range that no version counts yet, before a gap or in the epoch before; null where
 *     there is none
 * @param begin where the next version's open range begins: usually where the newest version's ends
 * @param from where reading goes on; offsets from {@code begin} to here were passed by a commit
 *     without a version, and hold refused records and transaction markers only
 */
record PartitionStart(@Nullable Ended ended, Position begin, Position from) {

  /** Samples of one epoch of a partition, from {@code start} to before {@code end}. */
  record Ended(Position start, Position end) {}

  /** Goes on where the newest version stands. */
  static PartitionStart at(Position position) {
    return new PartitionStart(null, position, position);
  }

  int partition() {
    return from.partition();
  }

  /** The same, with the next epoch begun. */
  PartitionStart inEpoch(Position first) {
    return new PartitionStart(begin.equals(from) ? ended : new Ended(begin, from), first, first);
  }
}
