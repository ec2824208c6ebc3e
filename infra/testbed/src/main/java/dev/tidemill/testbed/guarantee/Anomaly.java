package dev.tidemill.testbed.guarantee;

/**
 * What can go wrong, by the names that are usual for logs and transactions.
 *
 * <p>Sources: Jepsen's tests of Kafka-like logs; Adya, "Weak Consistency", for aborted reads and
 * phantoms; Bailis et al., "Scalable Atomic Visibility with RAMP Transactions", for fractured
 * reads.
 */
public enum Anomaly {
  /** A committed record has no effect, or is not on the log. */
  LOST_WRITE("lost write"),
  /** A record takes effect more than once. */
  DUPLICATE("duplicate"),
  /** A record of an aborted or open transaction takes effect. */
  ABORTED_READ("aborted read"),
  /** A part of a transaction is committed without the rest. */
  TORN_TRANSACTION("torn transaction"),
  /** Committed offsets or positions contradict the records. */
  INCONSISTENT_OFFSETS("inconsistent offsets"),
  /** A reader continues before the position that it had reached. */
  NON_MONOTONIC_POLL("non-monotonic poll"),
  /** A reader continues after the position that it had reached. */
  SKIPPED_POLL("skipped poll"),
  /** A worker answers with an older version than before. */
  STALE_SERVE("stale serve"),
  /** An answer is not what its version computes. */
  FRACTURED_READ("fractured read"),
  /** A record refers to one that never existed. */
  PHANTOM("phantom"),
  /** A writer publishes after a newer one began. */
  ZOMBIE_WRITE("zombie write"),
  /** Bytes differ from those that were written. */
  CORRUPTION("corruption"),
  /** Two runs over the same records have different results. */
  DIVERGENCE("divergence"),
  /** A size exceeds its bound. */
  BOUND_EXCEEDED("bound exceeded"),
  /** Nothing was measured, so the guarantee is not known to hold. */
  NOT_MEASURED("not measured");

  private final String words;

  Anomaly(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
