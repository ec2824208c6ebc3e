package dev.tidemill.trainer.drift;

/**
 * Remembers at which records the last {@value #MARKS} steps began. Allocates nothing after
 * construction. One thread.
 */
final class PositionMarks {
  private static final int MARKS = 8192;

  private final long[] samples = new long[MARKS];
  private final int[] partitions = new int[MARKS];
  private final long[] offsets = new long[MARKS];
  private long count;

  /** Adds a step that begins after a number of samples, at a record. */
  void add(long samplesBefore, int partition, long offset) {
    int at = (int) (count++ % MARKS);
    samples[at] = samplesBefore;
    partitions[at] = partition;
    offsets[at] = offset;
  }

  /**
   * Returns the index of the step that trained the sample after a number of samples, or of the
   * oldest step that is remembered; -1 if there is none.
   */
  int find(long after) {
    int found = -1;
    for (long i = count - 1; i >= Math.max(0, count - MARKS); i--) {
      found = (int) (i % MARKS);
      if (samples[found] <= after) {
        return found;
      }
    }
    return found;
  }

  /** Whether a step began after a number of samples, and not before. */
  boolean isAfter(int index, long after) {
    return samples[index] > after;
  }

  int partition(int index) {
    return partitions[index];
  }

  long offset(int index) {
    return offsets[index];
  }
}
