package dev.tidemill.inference;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Finds the requests whose answers cannot be written, by bisection: after a commit was refused for
 * good, rounds are delivered one at a time, each of one partition, and each half as large as the
 * one that was refused. A request that is refused alone is a suspect: its answer is written in its
 * briefest form. If even that is refused, its partition has to wait. State without I/O. One thread
 * at a time.
 */
final class FailureBisection {
  private record Suspect(long offset, String cause) {}

  private final int widest;
  private final Map<TopicPartition, Suspect> suspects = new HashMap<>();

  /** Most requests in a round; 0 while nothing is isolated. */
  private int limit;

  private @Nullable TopicPartition sent;
  private long sentOffset;
  private int sentRequests;

  /**
   * Nothing is isolated.
   *
   * @param widest most requests in a round, from where on the search is over
   */
  FailureBisection(int widest) {
    this.widest = widest;
  }

  /** Whether a round has to wait for the one before it. */
  boolean isActive() {
    return limit > 0;
  }

  /** Most requests that the next round may have. */
  int limit() {
    return isActive() ? limit : Integer.MAX_VALUE;
  }

  /** Begins with single requests. */
  void begin() {
    limit = 1;
  }

  /** Why the request's answer cannot be written, as far as is known; null: it may be. */
  @Nullable String suspicion(TopicPartition partition, long offset) {
    Suspect suspect = suspects.get(partition);
    return suspect != null && suspect.offset() == offset ? suspect.cause() : null;
  }

  /** Notes the round that is on its way, by its first request. */
  void sending(TopicPartition partition, long offset, int requests) {
    sent = partition;
    sentOffset = offset;
    sentRequests = requests;
  }

  /** The round that was on its way is committed; returns its partition. */
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
   * Ends the search once the widest rounds are committed.
   *
   * @param mayEnd false while a request that could not be answered before has yet to be tried
   */
  void endIfWide(boolean mayEnd) {
    if (limit > widest) {
      limit = mayEnd ? 0 : widest;
    }
  }

  /** The round that was on its way, if any, failed for a reason of its own. */
  void interrupted() {
    sent = null;
  }

  /**
   * A commit was refused for good.
   *
   * @return the partition that has to wait, since not even the briefest answer can be written
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
