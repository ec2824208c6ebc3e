package dev.tidemill.inference;

import org.apache.kafka.common.TopicPartition;

/**
 * One partition of requests, from its assignment to its revocation. A partition that is assigned
 * again is another object. So nobody mistakes what was computed under the former assignment for
 * work of the new one.
 */
final class OwnedPartition {
  private final TopicPartition partition;
  private boolean isSuspended = true;
  private boolean isStopped;
  private boolean isRevoked;

  OwnedPartition(TopicPartition partition) {
    this.partition = partition;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Returns whether the partition is not read: its position is not known yet, or it is blocked. */
  boolean isSuspended() {
    return isSuspended;
  }

  /** Returns whether the consumer fetches more of the partition. */
  boolean isFetched() {
    return !isSuspended && !isStopped;
  }

  boolean isRevoked() {
    return isRevoked;
  }

  void setSuspended(boolean suspended) {
    isSuspended = suspended;
  }

  void setStopped(boolean stopped) {
    isStopped = stopped;
  }

  void revoke() {
    isRevoked = true;
  }
}
