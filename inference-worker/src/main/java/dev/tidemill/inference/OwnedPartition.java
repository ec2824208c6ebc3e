package dev.tidemill.inference;

import org.apache.kafka.common.TopicPartition;

/**
 * One partition of requests from its assignment to its revocation. A partition that comes back is
 * another lease, so that nobody takes what was computed under the former one for this one's.
 */
final class OwnedPartition {
  private final TopicPartition partition;
  private boolean isHeld = true;
  private boolean isStopped;
  private boolean isOver;

  OwnedPartition(TopicPartition partition) {
    this.partition = partition;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Whether nothing is to be fetched of it: its position is not known yet, or it is blocked. */
  boolean isHeld() {
    return isHeld;
  }

  /** Whether more of it is wanted than was polled. */
  boolean isFetched() {
    return !isHeld && !isStopped;
  }

  /** Whether the partition was revoked. */
  boolean isOver() {
    return isOver;
  }

  void hold(boolean wanted) {
    isHeld = wanted;
  }

  void stop(boolean wanted) {
    isStopped = wanted;
  }

  void end() {
    isOver = true;
  }
}
