package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Queries the brokers for {@link CommittedLog}. */
interface LogEnds {
  /** The address of the brokers, for messages. */
  String bootstrapServers();

  /** Returns the high watermark of each partition. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration timeout);

  /**
   * Returns the open transaction with the lowest start offset in each partition that has one. It is
   * the one that blocks the partition.
   */
  List<OpenTransaction> firstOpen(Collection<TopicPartition> partitions, Duration timeout);
}
