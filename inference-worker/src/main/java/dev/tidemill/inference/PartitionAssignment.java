package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The assigned partitions. Only this class pauses and resumes them: all of them when there is no
 * room, and one of them when it is suspended or stopped. Partitions that a rebalance adds are
 * paused as well. Only for the thread that owns the consumer.
 */
final class PartitionAssignment {
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, OwnedPartition> ownedPartitions = new HashMap<>();
  private boolean isPaused;

  PartitionAssignment(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * Adds partitions, which are suspended until {@link #startReading}. The caller of that method
   * sets their position. The consumer must not look it up, because it would fail if no offset is
   * committed.
   */
  void add(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, 0);
      ownedPartitions.put(partition, new OwnedPartition(partition));
    }
  }

  void remove(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      OwnedPartition owned = ownedPartitions.remove(partition);
      if (owned != null) {
        owned.revoke();
      }
    }
  }

  boolean isEmpty() {
    return ownedPartitions.isEmpty();
  }

  List<TopicPartition> partitions() {
    return List.copyOf(ownedPartitions.keySet());
  }

  /** Returns the partition, or null if it is not assigned. */
  @Nullable OwnedPartition owned(TopicPartition partition) {
    return ownedPartitions.get(partition);
  }

  /**
   * Returns whether all records of a partition were polled, as far as the brokers have reported.
   */
  boolean isReadToEnd(TopicPartition partition) {
    OptionalLong left = consumer.currentLag(partition);
    return left.isPresent() && left.getAsLong() <= 0;
  }

  /** Stops fetching a partition before a record. Earlier records that were polled stay valid. */
  void stopBefore(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    OwnedPartition owned = ownedPartitions.get(partition);
    if (owned != null) {
      consumer.seek(partition, new OffsetAndMetadata(record.offset(), record.leaderEpoch(), ""));
      owned.setStopped(true);
      consumer.pause(List.of(partition));
    }
  }

  /** Fetches a stopped partition again as soon as there is room. */
  void resume(TopicPartition partition) {
    OwnedPartition owned = ownedPartitions.get(partition);
    if (owned != null) {
      owned.setStopped(false);
      if (!isPaused && owned.isFetched()) {
        consumer.resume(List.of(partition));
      }
    }
  }

  /** Stops reading a partition, and invalidates what was polled of it. */
  void suspend(TopicPartition partition) {
    OwnedPartition owned = ownedPartitions.get(partition);
    if (owned != null && !owned.isSuspended()) {
      owned.setSuspended(true);
      consumer.pause(List.of(partition));
    }
  }

  /** Reads a partition that is suspended or stopped as soon as there is room. */
  void startReading(TopicPartition partition) {
    OwnedPartition owned = ownedPartitions.get(partition);
    if (owned != null && !owned.isFetched()) {
      owned.setSuspended(false);
      owned.setStopped(false);
      if (!isPaused) {
        consumer.resume(List.of(partition));
      }
    }
  }

  /**
   * Returns whether all records of all partitions that are read were polled, as far as the brokers
   * have reported.
   */
  boolean isReadToEnd() {
    return ownedPartitions.values().stream()
        .filter(owned -> !owned.isSuspended())
        .allMatch(owned -> isReadToEnd(owned.partition()));
  }

  /** Pauses or resumes all partitions that are neither suspended nor stopped. */
  void pause(boolean wanted) {
    if (wanted == isPaused) {
      return;
    }
    isPaused = wanted;
    List<TopicPartition> free = new ArrayList<>(ownedPartitions.size());
    for (OwnedPartition owned : ownedPartitions.values()) {
      if (owned.isFetched()) {
        free.add(owned.partition());
      }
    }
    if (wanted) {
      consumer.pause(free);
    } else {
      consumer.resume(free);
    }
  }
}
