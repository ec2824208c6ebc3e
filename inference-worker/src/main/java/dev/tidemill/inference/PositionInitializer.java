package dev.tidemill.inference;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;

/** Finds where to start reading assigned partitions. */
interface PositionInitializer {
  /**
   * Sets the consumer's position in each partition.
   *
   * @param takenOver whether former owners may have left transactions open
   * @return the partitions that cannot be read, each with the cause; their position is not set
   * @throws RuntimeException if the brokers do not answer; the caller retries
   */
  Map<TopicPartition, String> initialize(Collection<TopicPartition> partitions, boolean takenOver);

  /** Notes that brokers lost records before the positions that were set last. */
  void truncated(LogTruncationException truncation);
}
