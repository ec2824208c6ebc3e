package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates, describes, checks and repairs a model's topics. Any thread. */
public final class TopicAdmin implements AutoCloseable {
  /** The recommended timeout for {@link #reach}. */
  public static final Duration REACH_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration VISIBLE_TIMEOUT = Duration.ofSeconds(30);

  private final Admin admin;
  private final TopicDescriber describer;
  private final KafkaSettings settings;
  private final String bootstrapServers;

  public TopicAdmin(KafkaClients clients, String clientId) {
    this.admin = clients.admin(clientId);
    this.describer = new TopicDescriber(admin, ANSWER_TIMEOUT);
    this.settings = clients.settings();
    this.bootstrapServers = clients.bootstrapServers();
  }

  /**
   * Returns once a broker has answered.
   *
   * @throws UnreachableBrokerException if no broker answers in time, or the brokers reject the
   *     connection
   */
  public void reach(Duration atMost) {
    BrokerReachability.await(admin, settings, atMost);
  }

  /**
   * Creates the topics that do not exist yet, with the protocol's cleanup policies. Leaves existing
   * topics unchanged; {@link #check} reports whether they satisfy the contract.
   *
   * @return the names of the topics that this call created
   */
  public List<String> create(Topics topics, TopicPlan plan) {
    TopicPlan fitting = plan.fitting(describe(topics));
    Map<String, KafkaFuture<Void>> created =
        admin
            .createTopics(
                Stream.of(Topics.Name.values()).map(n -> planned(topics, fitting, n)).toList())
            .values();
    List<String> mine =
        created.entrySet().stream()
            .filter(entry -> wasCreated(entry.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    awaitVisible(mine);
    awaitLeaders(mine);
    return mine;
  }

  /** Creates a topic that belongs to no model; {@link #awaitUsable} waits until it can be used. */
  public void create(NewTopic topic) {
    KafkaResult.get(admin.createTopics(List.of(topic)).all());
  }

  /** Returns once a topic that was created is known and the leaders of its partitions answer. */
  public void awaitUsable(String topic) {
    awaitVisible(List.of(topic));
    awaitLeaders(List.of(topic));
  }

  /** Deletes a topic and its records. */
  public void delete(String topic) {
    KafkaResult.get(admin.deleteTopics(List.of(topic)).all());
  }

  /** Returns the topics whose names begin with a prefix, in alphabetical order. */
  public List<String> startingWith(String prefix) {
    return KafkaResult.get(admin.listTopics().names()).stream()
        .filter(topic -> topic.startsWith(prefix))
        .sorted()
        .toList();
  }

  /** Returns every violation of a contract by the brokers and the existing topics. */
  public List<TopicViolation> check(TopicContract contract) {
    return contract.check(
        describer.topics(contract.topics(), contract.role().topics()), describer.brokers());
  }

  /** Returns every violation of a contract by the brokers; needs no right on topics. */
  public List<TopicViolation> checkBrokers(TopicContract contract) {
    return contract.check(List.of(), describer.brokers());
  }

  /**
   * Sets each setting to the value that its violation names, and returns once the brokers show it.
   * Skips violations that it cannot repair.
   */
  public void repair(Topics topics, List<TopicViolation> violations) {
    TopicRepair repair = new TopicRepair(violations);
    repair.apply(admin);
    awaitSeen(() -> repair.isSeen(describe(topics)));
  }

  /** Returns all topics of a model in the protocol's order, including those that do not exist. */
  public List<TopicState> describe(Topics topics) {
    return describer.topics(topics, List.of(Topics.Name.values()));
  }

  /**
   * Returns one topic of a model; needs no permission for the others.
   *
   * @throws IllegalStateException if it does not exist
   */
  public TopicState describe(Topics topics, Topics.Name name) {
    TopicState state = describer.topics(topics, List.of(name)).get(0);
    if (!state.exists()) {
      throw new IllegalStateException(
          "topic "
              + topics.get(name)
              + " does not exist at "
              + bootstrapServers
              + "; 'tidemill topics create' creates it");
    }
    return state;
  }

  /**
   * Returns the models whose topics exist, in alphabetical order.
   *
   * @param prefix the first part of their topics' names
   */
  public List<String> models(String prefix) {
    String begin = prefix + ".";
    String end = "." + Topics.Name.CHECKPOINTS.word();
    return KafkaResult.get(admin.listTopics().names()).stream()
        .filter(topic -> topic.startsWith(begin) && topic.endsWith(end))
        .filter(topic -> topic.length() > begin.length() + end.length())
        .map(topic -> topic.substring(begin.length(), topic.length() - end.length()))
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  private static NewTopic planned(Topics topics, TopicPlan plan, Topics.Name name) {
    boolean leftToBrokers = plan.replicationFactor() == TopicPlan.BROKERS_DEFAULT;
    Map<String, String> configs = new TreeMap<>(TopicPolicy.configs(name));
    if (plan.replicationFactor() >= 3) {
      // An acknowledged record is on two brokers, so either may be lost.
      configs.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    }
    return new NewTopic(
            topics.get(name),
            Optional.of(plan.partitions(name)),
            leftToBrokers ? Optional.empty() : Optional.of((short) plan.replicationFactor()))
        .configs(configs);
  }

  /** Waits until the brokers know the topics; the controller answers before they do. */
  private void awaitVisible(List<String> created) {
    awaitSeen(() -> describer.descriptions(created).keySet().containsAll(created));
  }

  private void awaitSeen(BooleanSupplier seen) {
    long deadline = System.nanoTime() + VISIBLE_TIMEOUT.toNanos();
    while (!seen.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "the brokers at "
                + bootstrapServers
                + " accepted changes to topics, but did not show them within "
                + VISIBLE_TIMEOUT.toSeconds()
                + " s; check whether brokers are down");
      }
    }
  }

  /**
   * Waits until each partition's leader answers. A leader may learn of its partition between an
   * idempotent producer's first two requests. It then rejects the first request and accepts the
   * second. From then on, it rejects every retry of the first as out of order (KAFKA-15591).
   */
  private void awaitLeaders(List<String> created) {
    Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
    describer
        .descriptions(created)
        .forEach(
            (topic, there) ->
                there
                    .partitions()
                    .forEach(
                        partition ->
                            partitions.put(
                                new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest())));
    awaitSeen(() -> leadersAnswer(partitions));
  }

  private boolean leadersAnswer(Map<TopicPartition, OffsetSpec> partitions) {
    try {
      KafkaResult.get(admin.listOffsets(partitions).all());
      return true;
    } catch (UnknownTopicOrPartitionException e) {
      // The broker that described the topic knew it; this broker does not yet.
      return false;
    }
  }

  private static boolean wasCreated(KafkaFuture<Void> creation) {
    try {
      KafkaResult.get(creation);
      return true;
    } catch (TopicExistsException e) {
      return false;
    }
  }
}
