package dev.tidemill.trainer.drift;

import dev.tidemill.evaluation.RecordAt;

/**
 * Remembers the last {@value #MARKS} comparisons of labels with predictions. Allocates nothing
 * after construction, but for what it returns. One thread.
 */
final class LabelMarks {
  private static final int MARKS = 8192;

  private final int[] partitions = new int[MARKS];
  private final long[] offsets = new long[MARKS];
  private final long[] versions = new long[MARKS];
  private final long[] times = new long[MARKS];
  private final long[] trained = new long[MARKS];
  private long count;

  /**
   * Adds a comparison.
   *
   * @param label where the label is
   * @param version that answered
   * @param time timestamp of the later record of both, in milliseconds since 1970
   * @param samples trained since the lineage began
   */
  void add(RecordAt label, long version, long time, long samples) {
    int at = (int) (count++ % MARKS);
    partitions[at] = label.partition();
    offsets[at] = label.offset();
    versions[at] = version;
    times[at] = time;
    trained[at] = samples;
  }

  /** Whether the comparison that was made a number of comparisons ago is remembered. */
  boolean knows(long ago) {
    return ago >= 1 && ago <= Math.min(count, MARKS);
  }

  /**
   * Returns the index of the comparison that was made a number of comparisons ago, or of the oldest
   * one that is remembered. The newest was made 1 ago.
   */
  int find(long ago) {
    return (int) ((count - Math.min(ago, Math.min(count, MARKS))) % MARKS);
  }

  RecordAt label(int index) {
    return new RecordAt(partitions[index], offsets[index]);
  }

  long version(int index) {
    return versions[index];
  }

  long time(int index) {
    return times[index];
  }

  long trained(int index) {
    return trained[index];
  }
}
