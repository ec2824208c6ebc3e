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
 * The partitions that are assigned, and which of them are read: those whose position is known, and
 * whose next request can be answered. A blocked one blocks only itself, and is tried again.
 */
final class RequestPartitions {
  private final PartitionAssignment assignment;
  private final BlockedPartitions blocked;
  private final PositionInitializer placer;
  private final ServingConditions conditions;
  private final LongSupplier nanoTime;
  private final Set<TopicPartition> unreadable = new HashSet<>();
  private final Set<TopicPartition> undecoded = new HashSet<>();
  private boolean takenOver;

  /** With the parts that it puts to work. */
  RequestPartitions(
      PartitionAssignment assignment,
      BlockedPartitions blocked,
      PositionInitializer placer,
      ServingConditions conditions,
      LongSupplier nanoTime) {
    this.assignment = assignment;
    this.blocked = blocked;
    this.placer = placer;
    this.conditions = conditions;
    this.nanoTime = nanoTime;
  }

  boolean isEmpty() {
    return assignment.isEmpty();
  }

  /** The lease under which a partition is read; null where it is not. */
  @Nullable OwnedPartition read(TopicPartition partition) {
    OwnedPartition lease = assignment.lease(partition);
    return lease == null || lease.isHeld() ? null : lease;
  }

  /** Takes partitions over; they are not read before they are placed. */
  void assigned(Collection<TopicPartition> partitions) {
    assignment.add(partitions);
    takenOver = true;
  }

  void revoked(Collection<TopicPartition> partitions) {
    assignment.remove(partitions);
    unreadable.removeAll(partitions);
    undecoded.removeAll(partitions);
    blocked.forget(partitions).forEach(conditions::unblocked);
  }

  /**
   * Begins to read all assigned partitions, or begins anew, but for blocked ones.
   *
   * @throws RuntimeException if the brokers do not answer; to be tried again
   */
  void placeAll() {
    // They are read again from before the request whose schema is missing.
    blocked.forget(undecoded).forEach(conditions::unblocked);
    undecoded.clear();
    place(
        assignment.partitions().stream()
            .filter(partition -> !blocked.isBlocked(partition))
            .toList());
  }

  /** As {@link #placeAll}, for some. */
  void place(Collection<TopicPartition> partitions) {
    if (partitions.isEmpty()) {
      return;
    }
    Map<TopicPartition, String> causes = placer.place(partitions, takenOver);
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
        assignment.release(partition);
      }
    }
  }

  /** Brokers lost records that the consumer had read; the next placement goes behind them. */
  void truncated(LogTruncationException truncation) {
    placer.truncated(truncation);
  }

  /** Whether every partition that is read has been read to its end. */
  boolean areReadToEnd() {
    return assignment.isReadToEnd();
  }

  /** Whether {@link #tryBlocked} has something to try. */
  boolean isBlockedDue(long nowNanos) {
    return blocked.isDue(nowNanos);
  }

  /** Stops reading a partition until it is tried again. */
  void block(TopicPartition partition, String cause) {
    assignment.hold(partition);
    blocked.block(partition, nanoTime.getAsLong());
    conditions.blocked(partition, cause);
  }

  /**
   * Reads those again that have been blocked for long enough. Only while nothing is being
   * delivered: the group's offsets are not behind a round that is still in the making.
   *
   * @return whether their next requests are to be tried alone
   */
  boolean tryBlocked(long nowNanos) {
    List<TopicPartition> due = blocked.due(nowNanos);
    due.stream().filter(undecoded::contains).forEach(assignment::goOn);
    List<TopicPartition> tried = due.stream().filter(p -> !undecoded.contains(p)).toList();
    place(tried);
    return tried.stream().anyMatch(blocked::isTried);
  }

  /**
   * No answer is on its way: of the partitions that are tried again, those without a request to
   * answer are not blocked any more. Retention may have removed what blocked them.
   *
   * @param isWaiting whether a request of a partition waits to be answered
   */
  void unblockAnswered(Predicate<TopicPartition> isWaiting) {
    for (TopicPartition partition : blocked.tried()) {
      if (assignment.isReadToEnd(partition) && !isWaiting.test(partition)) {
        succeeded(partition);
      }
    }
  }

  /** Stops reading a partition before a request until its schema can be asked for. */
  void waitForSchema(ConsumerRecord<byte[], byte[]> request) {
    TopicPartition partition = new TopicPartition(request.topic(), request.partition());
    undecoded.add(partition);
    assignment.stopBefore(request);
    blocked.block(partition, nanoTime.getAsLong());
    conditions.blocked(
        partition,
        "the schema registry gives no answer about the request at offset " + request.offset());
  }

  /** The next request of a partition can be decoded. */
  void decoded(TopicPartition partition) {
    if (undecoded.remove(partition)) {
      succeeded(partition);
    }
  }

  /** Answers of a partition were committed. */
  void succeeded(TopicPartition partition) {
    if (blocked.isTried(partition)) {
      blocked.succeeded(partition);
      conditions.unblocked(partition);
    }
  }

  /** Whether requests that could not be answered before have yet to be tried alone. */
  boolean areTried() {
    return blocked.tried().stream().anyMatch(partition -> !undecoded.contains(partition));
  }
}
