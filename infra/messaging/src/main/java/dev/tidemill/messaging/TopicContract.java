package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The requirements of one role on a model's topics. Talks to no broker: it checks descriptions.
 *
 * @param bootstrapServers for the commands that fix a violation
 */
public record TopicContract(
    TopicRole role, Topics topics, String model, String bootstrapServers, TopicLimits limits) {

  /**
   * From this level on, each transaction has its own epoch, so a late write cannot join the next
   * one.
   */
  private static final int TRANSACTION_VERSION = 2;

  /**
   * Returns every violation by the topics that the role uses and, if the role is transactional, by
   * the brokers. A missing topic is not a violation.
   *
   * @param states the topics that the role uses; others are ignored
   */
  public List<TopicViolation> check(List<TopicState> states, BrokerLimits brokers) {
    List<TopicViolation> violations = new ArrayList<>(checkTopics(states));
    if (role.isTransactional()) {
      checkBrokers(brokers, violations);
    }
    return violations;
  }

  /** Returns the violations of the topics alone, without those of the brokers. */
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

  /**
   * Returns a violation if {@code predictions} has fewer partitions than {@code requests}, so that
   * some requests cannot be answered.
   */
  Optional<TopicViolation> missingAnswerPartitions(List<TopicState> states) {
    Optional<TopicState> requests = existing(states, Topics.Name.REQUESTS);
    Optional<TopicState> predictions = existing(states, Topics.Name.PREDICTIONS);
    if (requests.isEmpty() || predictions.isEmpty()) {
      return Optional.empty();
    }
    int needed = requests.get().partitions();
    int actual = predictions.get().partitions();
    return actual >= needed
        ? Optional.empty()
        : Optional.of(
            new TopicViolation(
                predictions.get().topic(),
                TopicViolation.PARTITIONS,
                Integer.toString(actual),
                ("at least %d, as many as topic %s has (requests in partitions %d to %d get no"
                        + " answer)")
                    .formatted(needed, requests.get().topic(), actual, needed - 1),
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

  /** Returns the command that repairs what can be repaired. */
  public String repairCommand() {
    return "tidemill topics create --repair --model " + model;
  }
}
