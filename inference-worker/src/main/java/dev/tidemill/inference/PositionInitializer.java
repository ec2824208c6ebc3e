package dev.tidemill.inference;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;

/** Finds out where assigned partitions are read on. */
interface PositionInitializer {
  /**
   * Sets the consumer's position in each partition.
   *
   * @param takenOver whether former owners may have left something open
   * @return the partitions that cannot be read, and why each cannot; their position is not set
   * @throws RuntimeException if the brokers do not answer; to be tried again
   */
  Map<TopicPartition, String> place(Collection<TopicPartition> partitions, boolean takenOver);

  /** Brokers lost records before the positions that were set last. */
  void truncated(LogTruncationException truncation);
}
