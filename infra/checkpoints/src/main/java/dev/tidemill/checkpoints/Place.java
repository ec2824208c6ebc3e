package dev.tidemill.checkpoints;

import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;

/** A sample in a partition: the record's offset, and samples of that record before it. */
record Place(long offset, int sample) implements Comparable<Place> {

  static Place atRecord(long offset) {
    return new Place(offset, 0);
  }

  static Place of(ReadPosition position) {
    return new Place(position.getOffset(), position.getSample());
  }

  static Place startOf(OffsetRange range) {
    return new Place(range.getStartOffset(), range.getStartSample());
  }

  static Place endOf(OffsetRange range) {
    return new Place(range.getEndOffset(), range.getEndSample());
  }

  boolean isValid() {
    return offset >= 0 && sample >= 0;
  }

  @Override
  public int compareTo(Place other) {
    int byOffset = Long.compare(offset, other.offset);
    return byOffset != 0 ? byOffset : Integer.compare(sample, other.sample);
  }

  @Override
  public String toString() {
    return sample == 0 ? "offset " + offset : "offset " + offset + " sample " + sample;
  }
}
