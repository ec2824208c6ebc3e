package dev.tidemill.trainer;

import dev.tidemill.schemas.ReadPosition;

/**
 * The next sample of one partition.
 *
 * @param epoch which reading of a bounded range, from 1; always 1 in an endless run
 * @param offset of the record
 * @param sample samples of that record that are already trained
 */
record Position(int partition, int epoch, long offset, int sample) {

  static Position of(ReadPosition manifest) {
    return new Position(
        manifest.getPartition(), manifest.getEpoch(), manifest.getOffset(), manifest.getSample());
  }

  /** The first sample of the record at an offset. */
  static Position atRecord(int partition, int epoch, long offset) {
    return new Position(partition, epoch, offset, 0);
  }

  ReadPosition toManifest() {
    return new ReadPosition(partition, epoch, offset, sample);
  }

  Position movedTo(long toOffset, int toSample) {
    return new Position(partition, epoch, toOffset, toSample);
  }

  /** Whether it comes before another place of the same partition and epoch. */
  boolean isBefore(long otherOffset, int otherSample) {
    return offset < otherOffset || (offset == otherOffset && sample < otherSample);
  }

  @Override
  public String toString() {
    return "partition "
        + partition
        + " offset "
        + offset
        + (sample == 0 ? "" : " sample " + sample)
        + " epoch "
        + epoch;
  }
}
