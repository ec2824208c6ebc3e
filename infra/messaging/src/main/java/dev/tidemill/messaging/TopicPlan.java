package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Set;

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

  /** The plan for what is missing: answers and labels fit the requests topic that exists. */
  TopicPlan fitting(List<TopicState> states) {
    int requests =
        states.stream()
            .filter(state -> state.name() == Topics.Name.REQUESTS)
            .mapToInt(TopicState::partitions)
            .max()
            .orElse(0);
    return new TopicPlan(
        batchesPartitions, Math.max(requestsPartitions, requests), replicationFactor);
  }

  /**
   * Says which topics have other partitions than planned.
   *
   * @param asked the topics whose number of partitions somebody asked for
   * @param repair the command that adds partitions
   */
  public List<TopicViolation> check(
      List<TopicState> states, Set<Topics.Name> asked, String repair) {
    return states.stream()
        .filter(state -> state.exists() && asked.contains(state.name()))
        .filter(state -> state.partitions() != partitions(state.name()))
        .map(state -> difference(state, partitions(state.name()), repair))
        .toList();
  }

  private static TopicViolation difference(TopicState state, int planned, String repair) {
    boolean more = state.partitions() < planned;
    return new TopicViolation(
        state.topic(),
        TopicViolation.PARTITIONS,
        Integer.toString(state.partitions()),
        planned + ", as asked for",
        more ? repair : "asking for " + state.partitions() + ": Kafka removes no partitions",
        more ? Integer.toString(planned) : null);
  }

  int partitions(Topics.Name name) {
    return switch (name) {
      case BATCHES -> batchesPartitions;
      case REQUESTS, PREDICTIONS, LABELS -> requestsPartitions;
      case CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS -> 1;
    };
  }
}
