package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Queries the brokers for {@link CommittedLog}. */
interface LogEnds {
  /** The address of the brokers, for messages. */
  String bootstrapServers();

  /** Returns the high watermark of each partition. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration timeout);

  /**
   * Returns the open transaction with the lowest start offset in a partition, which is the one that
   * blocks it.
   */
  Optional<OpenTransaction> firstOpen(TopicPartition partition, Duration timeout);
}
