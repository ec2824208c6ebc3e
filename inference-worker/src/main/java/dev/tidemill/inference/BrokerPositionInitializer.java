package dev.tidemill.inference;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.common.TopicPartition;

/**
 * Initializes positions from the brokers. First ends the transactions that former owners left open,
 * then looks up the offsets. A partition cannot be read if the predictions topic has no partition
 * for its answers, or while its last answer cannot be decoded.
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
  public Map<TopicPartition, String> initialize(
      Collection<TopicPartition> partitions, boolean takenOver) {
    if (takenOver) {
      // Before the lookup: brokers do not return offsets while a transaction that contains them is
      // open.
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
            "no partition for its answers: topic %s has %d partitions; give it at least %d"
                .formatted(
                    topics.predictions(),
                    topics.predictionsPartitions(),
                    partition.partition() + 1));
      }
    }
    if (!readable.isEmpty()) {
      unreadable.putAll(positions.seek(readable));
    }
    return unreadable;
  }

  @Override
  public void truncated(LogTruncationException truncation) {
    positions.truncated(truncation);
  }
}
