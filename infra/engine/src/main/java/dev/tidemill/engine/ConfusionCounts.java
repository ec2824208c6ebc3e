package dev.tidemill.engine;

import java.util.Arrays;

/**
 * How many labels of each class were predicted as each class. Immutable.
 *
 * <p>A label whose outputs are NaN may be counted as any class or not at all.
 */
public final class ConfusionCounts {
  /** With more classes, nothing is counted. */
  public static final int MAX_CLASSES = 100;

  /** Counts of nothing: labels are no classes, or there are too many classes. */
  public static final ConfusionCounts NONE = new ConfusionCounts(0, new long[0]);

  private final int classes;
  private final long[] counts;

  private ConfusionCounts(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /** Returns the number of classes that are counted for a network; 0 if nothing is counted. */
  public static int classes(Network network) {
    return network.spec().loss().type() == LossType.CROSS_ENTROPY
        ? counted(network.outputLength())
        : 0;
  }

  /** Returns a number of classes if so many are counted; 0 otherwise. */
  public static int counted(int classes) {
    return classes <= MAX_CLASSES ? classes : 0;
  }

  /**
   * Returns counts.
   *
   * @param counts for each class, how many of its labels were predicted as class 0, 1, …
   */
  public static ConfusionCounts of(int classes, long... counts) {
    if (counts.length != classes * classes) {
      throw new IllegalArgumentException(counts.length + " counts for " + classes + " classes");
    }
    return classes == 0 ? NONE : new ConfusionCounts(classes, counts.clone());
  }

  /** Number of classes; 0 if nothing was counted. */
  public int classes() {
    return classes;
  }

  /** Labels of one class that were predicted as another, or as the same one. */
  public long count(int expected, int predicted) {
    return counts[expected * classes + predicted];
  }

  /** Adds other counts. Those of fewer classes are of the first classes. */
  public ConfusionCounts plus(ConfusionCounts more) {
    if (more.classes > classes) {
      return more.plus(this);
    }
    if (more.classes == 0) {
      return this;
    }
    long[] both = counts.clone();
    for (int expected = 0; expected < more.classes; expected++) {
      for (int predicted = 0; predicted < more.classes; predicted++) {
        both[expected * classes + predicted] += more.count(expected, predicted);
      }
    }
    return new ConfusionCounts(classes, both);
  }

  /** Returns the counts in the order of {@link #of}. */
  public long[] toArray() {
    return counts.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionCounts that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "ConfusionCounts" + Arrays.toString(counts);
  }
}
