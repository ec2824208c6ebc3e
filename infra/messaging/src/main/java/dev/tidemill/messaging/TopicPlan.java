package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;

/**
 * How many partitions and replicas a model's topics get. Predictions and labels have as many
 * partitions as requests; the others have one, since their order is what they say.
 *
 * @param replicationFactor copies of each partition, or {@link #BROKERS_DEFAULT}
 */
public record TopicPlan(int batchesPartitions, int requestsPartitions, int replicationFactor) {
  /** Leaves the number of copies to the brokers' {@code default.replication.factor}. */
  public static final int BROKERS_DEFAULT = -1;

  public TopicPlan {
    if (batchesPartitions < 1 || requestsPartitions < 1) {
      throw new IllegalArgumentException(
          "a topic has at least 1 partition, not batches "
              + batchesPartitions
              + ", requests "
              + requestsPartitions);
    }
    if (replicationFactor != BROKERS_DEFAULT && replicationFactor < 1) {
      throw new IllegalArgumentException(
          "a replication factor is at least 1, not " + replicationFactor);
    }
  }

  /** One partition of batches, four of requests. */
  public static TopicPlan standard() {
    return new TopicPlan(1, 4, BROKERS_DEFAULT);
  }

  int partitions(Topics.Name name) {
    return switch (name) {
      case BATCHES -> batchesPartitions;
      case REQUESTS, PREDICTIONS, LABELS -> requestsPartitions;
      case CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS -> 1;
    };
  }
}
