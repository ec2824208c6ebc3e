package dev.tidemill.checkpoints;

import dev.tidemill.schemas.OffsetRange;
import dev.tidemill.schemas.ReadPosition;

/**
 * A sample's position in a partition: a record's offset and the index of the sample in that record.
 */
record SamplePosition(long offset, int sample) implements Comparable<SamplePosition> {

  static SamplePosition atRecord(long offset) {
    return new SamplePosition(offset, 0);
  }

  static SamplePosition of(ReadPosition position) {
    return new SamplePosition(position.getOffset(), position.getSample());
  }

  static SamplePosition startOf(OffsetRange range) {
    return new SamplePosition(range.getStartOffset(), range.getStartSample());
  }

  static SamplePosition endOf(OffsetRange range) {
    return new SamplePosition(range.getEndOffset(), range.getEndSample());
  }

  boolean isValid() {
    return offset >= 0 && sample >= 0;
  }

  @Override
  public int compareTo(SamplePosition other) {
    int byOffset = Long.compare(offset, other.offset);
    return byOffset != 0 ? byOffset : Integer.compare(sample, other.sample);
  }

  @Override
  public String toString() {
    return sample == 0 ? "offset " + offset : "offset " + offset + " sample " + sample;
  }
}
