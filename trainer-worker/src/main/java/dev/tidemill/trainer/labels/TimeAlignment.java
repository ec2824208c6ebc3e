package dev.tidemill.trainer.labels;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds which partitions to pause, so that records of all partitions are read in about the order of
 * their timestamps, also after a long absence. A partition may be ahead of the others by a minute.
 * One thread.
 */
final class TimeAlignment {
  private static final long SLACK_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Map<TopicPartition, Long> newest = new HashMap<>();

  /** Notes the timestamp of a record that was read. */
  void read(TopicPartition partition, long timestamp) {
    newest.merge(partition, timestamp, Math::max);
  }

  /** Forgets all partitions. */
  void clear() {
    newest.clear();
  }

  /**
   * Returns the time up to which all partitions have been read.
   *
   * @param isAtEnd whether a partition has no record to read; the others need not wait for it
   */
  long complete(Collection<TopicPartition> partitions, Predicate<TopicPartition> isAtEnd) {
    return partitions.stream()
        .filter(isAtEnd.negate())
        .mapToLong(this::time)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Returns the partitions that are ahead.
   *
   * @param isAtEnd whether a partition has no record to read; the others need not wait for it
   */
  Set<TopicPartition> ahead(
      Collection<TopicPartition> partitions, Predicate<TopicPartition> isAtEnd) {
    long slowest = Long.MAX_VALUE - SLACK_MILLIS;
    for (TopicPartition partition : partitions) {
      if (!isAtEnd.test(partition)) {
        slowest = Math.min(slowest, time(partition));
      }
    }
    Set<TopicPartition> ahead = new HashSet<>();
    for (TopicPartition partition : partitions) {
      if (time(partition) > slowest + SLACK_MILLIS) {
        ahead.add(partition);
      }
    }
    return ahead;
  }

  private long time(TopicPartition partition) {
    return newest.getOrDefault(partition, Long.MIN_VALUE);
  }
}
