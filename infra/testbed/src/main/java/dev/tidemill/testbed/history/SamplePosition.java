package dev.tidemill.testbed.history;

/**
 * A position in one partition, before a sample of the record at an offset.
 *
 * @param sample number of the sample in its record, from 0
 */
public record SamplePosition(long offset, int sample) implements Comparable<SamplePosition> {

  /** Returns the position before a record. */
  public static SamplePosition at(long offset) {
    return new SamplePosition(offset, 0);
  }

  @Override
  public int compareTo(SamplePosition other) {
    return offset == other.offset
        ? Integer.compare(sample, other.sample)
        : Long.compare(offset, other.offset);
  }

  /** Whether this position is before another one. */
  public boolean isBefore(SamplePosition other) {
    return compareTo(other) < 0;
  }

  /** Returns the later of two positions. */
  public SamplePosition max(SamplePosition other) {
    return isBefore(other) ? other : this;
  }

  /** Returns the earlier of two positions. */
  public SamplePosition min(SamplePosition other) {
    return other.isBefore(this) ? other : this;
  }

  @Override
  public String toString() {
    return sample == 0 ? "offset " + offset : "offset " + offset + " sample " + sample;
  }
}
