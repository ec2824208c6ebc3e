package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the brokers: ends what former owners left open, then reads positions. A partition whose
 * answers have no place cannot be read.
 */
final class BrokerPositionInitializer implements PositionInitializer {
  private final DeadTransactions deadTransactions;
  private final ServingTopics topics;
  private final RequestPositions positions;

  BrokerPositionInitializer(
      DeadTransactions deadTransactions, ServingTopics topics, RequestPositions positions) {
    this.deadTransactions = deadTransactions;
    this.topics = topics;
    this.positions = positions;
  }

  @Override
  public Map<TopicPartition, String> place(
      Collection<TopicPartition> partitions, boolean takenOver) {
    if (takenOver) {
      // Before the offsets are asked for: those of an open transaction are not told before its end.
      deadTransactions.end();
    }
    topics.refresh();
    Map<TopicPartition, String> unreadable = new HashMap<>();
    List<TopicPartition> readable = new ArrayList<>(partitions.size());
    for (TopicPartition partition : partitions) {
      if (partition.partition() < topics.predictionsPartitions()) {
        readable.add(partition);
      } else {
        unreadable.put(
            partition,
            "its answers have no place: topic %s has %d partitions; give it at least %d"
                .formatted(
                    topics.predictions(),
                    topics.predictionsPartitions(),
                    partition.partition() + 1));
      }
    }
    if (!readable.isEmpty()) {
      positions.seek(readable);
    }
    return unreadable;
  }

  @Override
  public void truncated(LogTruncationException truncation) {
    positions.truncated(truncation);
  }
}
