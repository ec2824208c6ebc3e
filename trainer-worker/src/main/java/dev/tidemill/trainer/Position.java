package dev.tidemill.trainer;

import dev.tidemill.schemas.ReadPosition;

/**
 * The position of the next sample to train in one partition.
 *
 * @param epoch of a bounded run, from 1; always 1 in an endless run
 * @param offset of the record
 * @param sample number of samples of that record that are already trained
 */
record Position(int partition, int epoch, long offset, int sample) {

  static Position of(ReadPosition manifest) {
    return new Position(
        manifest.getPartition(), manifest.getEpoch(), manifest.getOffset(), manifest.getSample());
  }

  /** Returns the position of the first sample of a record. */
  static Position atRecord(int partition, int epoch, long offset) {
    return new Position(partition, epoch, offset, 0);
  }

  ReadPosition toManifest() {
    return new ReadPosition(partition, epoch, offset, sample);
  }

  Position movedTo(long toOffset, int toSample) {
    return new Position(partition, epoch, toOffset, toSample);
  }

  /** Whether this position is before another one of the same partition and epoch. */
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
