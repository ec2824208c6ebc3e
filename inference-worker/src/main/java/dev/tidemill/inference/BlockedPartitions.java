package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions whose next request cannot be answered now, and when each is tried again. State without
 * I/O; the caller says what time it is. One thread at a time.
 */
final class BlockedPartitions {
  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final class Block {
    long wait = FIRST_WAIT_NANOS;
    long until;
    boolean isTried;

    boolean isDue(long nowNanos) {
      return !isTried && nowNanos - until >= 0;
    }
  }

  private final Map<TopicPartition, Block> blocks = new HashMap<>();

  /** Blocks a partition, for longer each time until it {@linkplain #succeeded succeeds}. */
  void block(TopicPartition partition, long nowNanos) {
    Block block = blocks.get(partition);
    if (block == null) {
      block = new Block();
      blocks.put(partition, block);
    } else if (block.isTried) {
      block.wait = Math.min(2 * block.wait, LONGEST_WAIT_NANOS);
    }
    block.isTried = false;
    block.until = nowNanos + block.wait;
  }

  /** Blocked, and not being tried again. */
  boolean isBlocked(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && !block.isTried;
  }

  boolean isTried(TopicPartition partition) {
    Block block = blocks.get(partition);
    return block != null && block.isTried;
  }

  /** Whether {@link #due} would return any. */
  boolean isDue(long nowNanos) {
    return !blocks.isEmpty() && blocks.values().stream().anyMatch(block -> block.isDue(nowNanos));
  }

  /** Those whose wait is over; they count as being tried from now on. */
  List<TopicPartition> due(long nowNanos) {
    if (blocks.isEmpty()) {
      return List.of();
    }
    List<TopicPartition> due = new ArrayList<>();
    blocks.forEach(
        (partition, block) -> {
          if (block.isDue(nowNanos)) {
            block.isTried = true;
            due.add(partition);
          }
        });
    return due;
  }

  /** Those being tried again. */
  List<TopicPartition> tried() {
    return blocks.isEmpty() ? List.of() : blocks.keySet().stream().filter(this::isTried).toList();
  }

  /** The partition is not blocked any more. */
  void succeeded(TopicPartition partition) {
    blocks.remove(partition);
  }

  /** Returns those that were known. */
  List<TopicPartition> forget(Collection<TopicPartition> partitions) {
    List<TopicPartition> known = partitions.stream().filter(blocks::containsKey).toList();
    known.forEach(blocks::remove);
    return known;
  }
}
