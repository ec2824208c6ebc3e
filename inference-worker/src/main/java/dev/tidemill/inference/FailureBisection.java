package dev.tidemill.inference;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds the requests whose answers cannot be written, by bisection. After a commit was refused
 * permanently, batches are delivered one at a time. Each has requests of one partition, and half as
 * many as the batch that was refused. A request that is refused alone is a suspect, and its answer
 * is written in the shortest form. If that is refused too, its partition is blocked. State without
 * I/O. One thread at a time.
 */
final class FailureBisection {
  private record Suspect(long offset, String cause) {}

  private final int widest;
  private final Map<TopicPartition, Suspect> suspects = new HashMap<>();

  /** The largest allowed batch, in requests; 0 while no bisection runs. */
  private int limit;

  private @Nullable TopicPartition sent;
  private long sentOffset;
  private int sentRequests;

  /**
   * Creates an inactive bisection.
   *
   * @param widest the largest batch, in requests; the bisection ends when it is committed
   */
  FailureBisection(int widest) {
    this.widest = widest;
  }

  /** Returns whether a bisection runs, so that each batch waits for the one before it. */
  boolean isActive() {
    return limit > 0;
  }

  /** Returns the most requests that the next batch may have. */
  int limit() {
    return isActive() ? limit : Integer.MAX_VALUE;
  }

  /** Starts with single requests. */
  void begin() {
    limit = 1;
  }

  /** Returns why the request's answer cannot be written, or null if the request is no suspect. */
  @Nullable String suspicion(TopicPartition partition, long offset) {
    Suspect suspect = suspects.get(partition);
    return suspect != null && suspect.offset() == offset ? suspect.cause() : null;
  }

  /** Records the batch that is being delivered, by its first request. */
  void sending(TopicPartition partition, long offset, int requests) {
    sent = partition;
    sentOffset = offset;
    sentRequests = requests;
  }

  /** Records that the current batch is committed; returns its partition. */
  Optional<TopicPartition> committed() {
    TopicPartition partition = sent;
    if (partition == null) {
      return Optional.empty();
    }
    sent = null;
    suspects.remove(partition);
    limit = 2 * limit;
    return Optional.of(partition);
  }

  /**
   * Ends the bisection once the largest batch is committed.
   *
   * @param mayEnd false while a request that could not be answered before has yet to be retried
   */
  void endIfWide(boolean mayEnd) {
    if (limit > widest) {
      limit = mayEnd ? 0 : widest;
    }
  }

  /** Forgets the current batch, if any; its requests did not cause the failure. */
  void interrupted() {
    sent = null;
  }

  /**
   * Records that a commit was refused permanently.
   *
   * @return the partition to block, because even the shortest answer cannot be written
   */
  Optional<TopicPartition> refused(String cause) {
    TopicPartition partition = sent;
    sent = null;
    if (partition == null) {
      limit = Math.max(1, widest / 2);
      return Optional.empty();
    }
    if (sentRequests > 1) {
      limit = sentRequests / 2;
      return Optional.empty();
    }
    limit = 1;
    if (suspicion(partition, sentOffset) == null) {
      suspects.put(partition, new Suspect(sentOffset, cause));
      return Optional.empty();
    }
    suspects.remove(partition);
    return Optional.of(partition);
  }

  void forget(Collection<TopicPartition> partitions) {
    suspects.keySet().removeAll(partitions);
  }
}
