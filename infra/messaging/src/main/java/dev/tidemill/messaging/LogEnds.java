package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** What {@link CommittedLog} asks the brokers. */
interface LogEnds {
  /** The address of the brokers, for messages. */
  String bootstrapServers();

  /** The high watermark of each partition. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, Duration timeout);

  /** The open transaction that begins first in a partition, which is the one that blocks it. */
  Optional<OpenTransaction> firstOpen(TopicPartition partition, Duration timeout);
}
