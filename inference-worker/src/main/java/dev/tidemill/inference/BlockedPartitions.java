package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions whose next request cannot be answered now, and when to retry each of them. State
 * without I/O; the caller passes the time. One thread at a time.
 */
final class BlockedPartitions {
  private static final long INITIAL_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final class Block {
    long backoff = INITIAL_BACKOFF_NANOS;
    long until;
    boolean isRetrying;

    boolean isDue(long nowNanos) {
      return !isRetrying && nowNanos - until >= 0;
    }
  }

  private final Map<TopicPartition, Block> blocks = new HashMap<>();

  /** Blocks a partition. The backoff doubles with each failed retry, up to 30 seconds. */
  void block(TopicPartition partition, long nowNanos) {
    Block block = blocks.get(partition);
    if (block == null) {
      block = new Block();
      blocks.put(partition, block);
    } else if (block.isRetrying) {
      block.backoff = Math.min(2 * block.backoff, MAX_BACKOFF_NANOS);
    }
    block.isRetrying = false;
    block.until = nowNanos + block.backoff;
  }

  /** Returns whether the partition is blocked and not being retried. */
  boolean isBlocked(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && !block.isRetrying;
  }

  boolean isRetrying(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && block.isRetrying;
  }

  /** Returns whether the backoff of a blocked partition has ended. */
  boolean isDue(long nowNanos) {
    return !blocks.isEmpty() && blocks.values().stream().anyMatch(block -> block.isDue(nowNanos));
  }

  /** Marks the partitions whose backoff has ended as being retried, and returns them. */
  List<TopicPartition> startRetries(long nowNanos) {
    if (blocks.isEmpty()) {
      return List.of();
    }
    List<TopicPartition> due = new ArrayList<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.isDue(nowNanos)) {
            block.isRetrying = true;
            due.add(partition);
          }
        });
    return due;
  }

  /** Returns the partitions that are being retried. */
  List<TopicPartition> retrying() {
    return blocks.isEmpty()
        ? List.of()
        : blocks.keySet().stream().filter(this::isRetrying).toList();
  }

  void unblock(TopicPartition partition) {
    blocks.remove(partition);
  }

  /** Removes partitions and returns those that were blocked. */
  List<TopicPartition> forget(Collection<TopicPartition> partitions) {
    List<TopicPartition> known = partitions.stream().filter(blocks::containsKey).toList();
    known.forEach(blocks::remove);
    return known;
  }
}
