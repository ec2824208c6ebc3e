package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the topics of a model must look like for one role. Knows no broker: it judges what was
 * described.
 *
 * @param bootstrapServers for the commands that fix a violation
 */
public record TopicContract(
    TopicRole role, Topics topics, String model, String bootstrapServers, TopicLimits limits) {

  /**
   * Since this level each transaction has an epoch of its own: a late write cannot join the next.
   */
  private static final int TRANSACTION_VERSION = 2;

  /**
   * Returns every violation of the topics that the role uses. Topics that do not exist are none.
   *
   * @param states the topics that the role uses; others are passed over
   */
  public List<TopicViolation> check(List<TopicState> states, BrokerLimits brokers) {
    List<TopicViolation> violations = new ArrayList<>(checkTopics(states));
    if (role.isTransactional()) {
      checkBrokers(brokers, violations);
    }
    return violations;
  }

  /** As {@link #check}, of the topics alone. */
  List<TopicViolation> checkTopics(List<TopicState> states) {
    List<TopicViolation> violations = new ArrayList<>();
    for (TopicState state : states) {
      if (state.exists() && role.topics().contains(state.name())) {
        violations.addAll(new TopicContractCheck(this, state).violations());
      }
    }
    missingAnswerPartitions(states).ifPresent(violations::add);
    return violations;
  }

  /** Says that {@code predictions} has no place for the answers to some partitions' requests. */
  Optional<TopicViolation> missingAnswerPartitions(List<TopicState> states) {
    Optional<TopicState> requests = existing(states, Topics.Name.REQUESTS);
    Optional<TopicState> predictions = existing(states, Topics.Name.PREDICTIONS);
    if (requests.isEmpty() || predictions.isEmpty()) {
      return Optional.empty();
    }
    int needed = requests.get().partitions();
    int there = predictions.get().partitions();
    return there >= needed
        ? Optional.empty()
        : Optional.of(
            new TopicViolation(
                predictions.get().topic(),
                TopicViolation.PARTITIONS,
                Integer.toString(there),
                "at least %d, as many as topic %s has (requests in partitions %d to %d get no answer)"
                    .formatted(needed, requests.get().topic(), there, needed - 1),
                repairCommand(),
                Integer.toString(needed)));
  }

  private Optional<TopicState> existing(List<TopicState> states, Topics.Name name) {
    return role.topics().contains(name)
        ? states.stream().filter(state -> state.name() == name && state.exists()).findFirst()
        : Optional.empty();
  }

  private void checkBrokers(BrokerLimits brokers, List<TopicViolation> violations) {
    if (brokers.transactionVersion() < TRANSACTION_VERSION) {
      violations.add(
          new TopicViolation(
              null,
              "transaction.version",
              Integer.toString(brokers.transactionVersion()),
              "at least " + TRANSACTION_VERSION,
              "kafka-features --bootstrap-server "
                  + bootstrapServers
                  + " upgrade --feature transaction.version="
                  + TRANSACTION_VERSION,
              null));
    }
    Duration longest = brokers.longestTransaction();
    if (longest != null && longest.compareTo(limits.transaction()) < 0) {
      violations.add(
          new TopicViolation(
              null,
              "transaction.max.timeout.ms",
              Long.toString(longest.toMillis()),
              "at least " + limits.transaction().toMillis(),
              "set transaction.max.timeout.ms="
                  + limits.transaction().toMillis()
                  + " in each broker's server.properties and restart it",
              null));
    }
  }

  /** The command that fixes what can be fixed. */
  public String repairCommand() {
    return "tidemill topics create --repair --model " + model;
  }
}
