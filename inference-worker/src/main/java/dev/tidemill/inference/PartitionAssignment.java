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
 * The partitions that the consumer reads, and the only one that pauses and resumes them: all for
 * want of room, one because it is held. What comes with a rebalance is paused as well. For whoever
 * owns the consumer.
 */
final class PartitionAssignment {
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, OwnedPartition> leases = new HashMap<>();
  private boolean isPaused;

  PartitionAssignment(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * Takes partitions over; they are held until {@link #release}. Their position is not looked up by
   * the consumer, which would fail where none is committed, but set by whoever releases them.
   */
  void add(Collection<TopicPartition> partitions) {
    consumer.pause(partitions);
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, 0);
      leases.put(partition, new OwnedPartition(partition));
    }
  }

  void remove(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      OwnedPartition lease = leases.remove(partition);
      if (lease != null) {
        lease.end();
      }
    }
  }

  boolean isEmpty() {
    return leases.isEmpty();
  }

  List<TopicPartition> partitions() {
    return List.copyOf(leases.keySet());
  }

  /** Null where the partition is not assigned. */
  @Nullable OwnedPartition lease(TopicPartition partition) {
    return leases.get(partition);
  }

  /** Whether no request is left in a partition behind those that were polled. */
  boolean isReadToEnd(TopicPartition partition) {
    OptionalLong left = consumer.currentLag(partition);
    return left.isPresent() && left.getAsLong() <= 0;
  }

  /** Stops fetching one partition before a record; what was polled before it goes on. */
  void stopBefore(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    OwnedPartition lease = leases.get(partition);
    if (lease != null) {
      consumer.seek(partition, new OffsetAndMetadata(record.offset(), record.leaderEpoch(), ""));
      lease.stop(true);
      consumer.pause(List.of(partition));
    }
  }

  /** Fetches a stopped partition again, as soon as there is room. */
  void goOn(TopicPartition partition) {
    OwnedPartition lease = leases.get(partition);
    if (lease != null) {
      lease.stop(false);
      if (!isPaused && lease.isFetched()) {
        consumer.resume(List.of(partition));
      }
    }
  }

  /** Stops fetching one partition, and gives up what was polled. */
  void hold(TopicPartition partition) {
    OwnedPartition lease = leases.get(partition);
    if (lease != null && !lease.isHeld()) {
      lease.hold(true);
      consumer.pause(List.of(partition));
    }
  }

  /** Fetches one partition, as soon as there is room. */
  void release(TopicPartition partition) {
    OwnedPartition lease = leases.get(partition);
    if (lease != null && lease.isHeld()) {
      lease.hold(false);
      lease.stop(false);
      if (!isPaused) {
        consumer.resume(List.of(partition));
      }
    }
  }

  /** Whether no fetched partition has a record beyond its position, as far as brokers said. */
  boolean isReadToEnd() {
    return leases.values().stream()
        .filter(lease -> !lease.isHeld())
        .allMatch(lease -> isReadToEnd(lease.partition()));
  }

  /** Pauses or resumes all that are neither held nor stopped. */
  void pause(boolean wanted) {
    if (wanted == isPaused) {
      return;
    }
    isPaused = wanted;
    List<TopicPartition> free = new ArrayList<>(leases.size());
    for (OwnedPartition lease : leases.values()) {
      if (lease.isFetched()) {
        free.add(lease.partition());
      }
    }
    if (wanted) {
      consumer.pause(free);
    } else {
      consumer.resume(free);
    }
  }
}
