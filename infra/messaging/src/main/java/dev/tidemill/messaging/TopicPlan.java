package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Set;

/**
 * The partitions and replicas of a model's topics. Predictions and labels have as many partitions
 * as requests. The others have one, because the order of their records matters.
 *
 * @param replicationFactor copies of each partition, or {@link #BROKERS_DEFAULT}
 */
public record TopicPlan(int batchesPartitions, int requestsPartitions, int replicationFactor) {
  /** Leaves the replication factor to the brokers' {@code default.replication.factor}. */
  public static final int BROKERS_DEFAULT = -1;

  public TopicPlan {
    if (batchesPartitions < 1 || requestsPartitions < 1) {
      throw new IllegalArgumentException(
          "a topic has at least 1 partition, but the plan says batches "
              + batchesPartitions
              + ", requests "
              + requestsPartitions);
    }
    if (replicationFactor != BROKERS_DEFAULT && replicationFactor < 1) {
      throw new IllegalArgumentException(
          "a replication factor is at least 1, not " + replicationFactor);
    }
  }

  /** The default plan: one partition of batches, four of requests. */
  public static TopicPlan standard() {
    return new TopicPlan(1, 4, BROKERS_DEFAULT);
  }

  /**
   * Returns the plan for missing topics, with as many predictions and labels partitions as an
   * existing requests topic has.
   */
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
   * Returns a violation for each topic whose number of partitions differs from the plan.
   *
   * @param asked the topics whose number of partitions the user specified
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
        planned + ", as requested",
        more ? repair : "requesting " + state.partitions() + ": Kafka cannot remove partitions",
        more ? Integer.toString(planned) : null);
  }

  int partitions(Topics.Name name) {
    return switch (name) {
      case BATCHES -> batchesPartitions;
      case REQUESTS, PREDICTIONS, LABELS -> requestsPartitions;
      case CONTRACT, CHECKPOINTS, CHECKPOINT_CHUNKS, PROGRESS, CONTROL, DEAD_LETTERS -> 1;
    };
  }
}
