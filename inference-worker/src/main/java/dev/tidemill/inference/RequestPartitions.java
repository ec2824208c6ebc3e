package dev.tidemill.inference;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The assigned partitions, and which of them are read: those whose position is known and whose next
 * request can be answered. A blocked partition does not block the others, and is retried.
 */
final class RequestPartitions {
  private final PartitionAssignment assignment;
  private final BlockedPartitions blocked;
  private final PositionInitializer positionInitializer;
  private final ServingConditions conditions;
  private final LongSupplier nanoTime;
  private final Set<TopicPartition> unreadable = new HashSet<>();
  private final Set<TopicPartition> awaitingSchema = new HashSet<>();
  private boolean takenOver;

  RequestPartitions(
      PartitionAssignment assignment,
      BlockedPartitions blocked,
      PositionInitializer positionInitializer,
      ServingConditions conditions,
      LongSupplier nanoTime) {
    this.assignment = assignment;
    this.blocked = blocked;
    this.positionInitializer = positionInitializer;
    this.conditions = conditions;
    this.nanoTime = nanoTime;
  }

  boolean isEmpty() {
    return assignment.isEmpty();
  }

  /** Returns the partition if it is read, else null. */
  @Nullable OwnedPartition readable(TopicPartition partition) {
    OwnedPartition owned = assignment.owned(partition);
    return owned == null || owned.isSuspended() ? null : owned;
  }

  /** Adds partitions, which are read once {@link #initialize} has set their position. */
  void assigned(Collection<TopicPartition> partitions) {
    assignment.add(partitions);
    takenOver = true;
  }

  void revoked(Collection<TopicPartition> partitions) {
    assignment.remove(partitions);
    unreadable.removeAll(partitions);
    awaitingSchema.removeAll(partitions);
    blocked.forget(partitions).forEach(conditions::unblocked);
  }

  /**
   * Sets the position of all assigned partitions except blocked ones, and reads them.
   *
   * @throws RuntimeException if the brokers do not answer; the caller retries
   */
  void initializeAll() {
    // They are read again from before the request whose schema is missing.
    blocked.forget(awaitingSchema).forEach(conditions::unblocked);
    awaitingSchema.clear();
    initialize(
        assignment.partitions().stream()
            .filter(partition -> !blocked.isBlocked(partition))
            .toList());
  }

  /** Like {@link #initializeAll}, for some partitions. */
  void initialize(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, String> causes = positionInitializer.initialize(partitions, takenOver);
    takenOver = false;
    for (TopicPartition partition : partitions) {
      String cause = causes.get(partition);
      if (cause != null) {
        unreadable.add(partition);
        block(partition, cause);
      } else {
        if (unreadable.remove(partition)) {
          succeeded(partition);
        }
        assignment.startReading(partition);
      }
    }
  }

  /**
   * Notes that brokers lost records that the consumer had read. The next initialization sets a
   * position that still exists.
   */
  void truncated(LogTruncationException truncation) {
    positionInitializer.truncated(truncation);
  }

  /** Returns whether every partition that is read has been read to its end. */
  boolean isReadToEnd() {
    return assignment.isReadToEnd();
  }

  /** Returns whether {@link #retryBlocked} has partitions to retry. */
  boolean isRetryDue(long nowNanos) {
    return blocked.isDue(nowNanos);
  }

  /** Stops reading a partition until it is retried. */
  void block(TopicPartition partition, String cause) {
    // A restart forgets the blocks that wait for a schema, but must not forget this one.
    awaitingSchema.remove(partition);
    assignment.suspend(partition);
    blocked.block(partition, nanoTime.getAsLong());
    conditions.blocked(partition, cause);
  }

  /**
   * Reads again the partitions whose backoff has ended. Requires that no batch is open: the
   * committed offsets do not include an open batch.
   *
   * @return whether the next requests of these partitions must be retried alone
   */
  boolean retryBlocked(long nowNanos) {
    List<TopicPartition> due = blocked.startRetries(nowNanos);
    due.stream().filter(awaitingSchema::contains).forEach(assignment::resume);
    List<TopicPartition> retried = due.stream().filter(p -> !awaitingSchema.contains(p)).toList();
    initialize(retried);
    return retried.stream().anyMatch(blocked::isRetrying);
  }

  /**
   * Unblocks retried partitions that have no request to answer. Retention may have removed what
   * blocked them. Requires that no batch is open.
   *
   * @param isWaiting whether a request of a partition waits to be answered
   */
  void unblockAnswered(Predicate<TopicPartition> isWaiting) {
    for (TopicPartition partition : blocked.retrying()) {
      if (assignment.isReadToEnd(partition) && !isWaiting.test(partition)) {
        succeeded(partition);
      }
    }
  }

  /** Stops reading a partition before a request until the registry can be asked for its schema. */
  void waitForSchema(ConsumerRecord<byte[], byte[]> request) {
    TopicPartition partition = new TopicPartition(request.topic(), request.partition());
    awaitingSchema.add(partition);
    assignment.stopBefore(request);
    blocked.block(partition, nanoTime.getAsLong());
    conditions.blocked(
        partition,
        "the schema registry does not answer; cannot decode the request at offset "
            + request.offset());
  }

  /** Notes that the next request of a partition can be decoded. */
  void decoded(TopicPartition partition) {
    if (awaitingSchema.remove(partition)) {
      succeeded(partition);
    }
  }

  /** Notes that answers of a partition were committed. */
  void succeeded(TopicPartition partition) {
    if (blocked.isRetrying(partition)) {
      blocked.unblock(partition);
      conditions.unblocked(partition);
    }
  }

  /** Returns whether a request that could not be answered before has yet to be retried alone. */
  boolean hasRetries() {
    return blocked.retrying().stream().anyMatch(partition -> !awaitingSchema.contains(partition));
  }
}
