package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicAdminIT {
  private final String bootstrap = KafkaCluster.embedded().bootstrapServers();
  private final KafkaClients clients = new KafkaClients(KafkaSettings.at(bootstrap));
  private final TopicAdmin admin = new TopicAdmin(clients, "topic-admin-it");

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void reachesABroker() {
    admin.reach(Duration.ofSeconds(10));
  }

  @Test
  void createsEveryTopicWithItsPolicy() {
    Topics topics = Topics.of("it", "creates");

    assertThat(admin.create(topics, new TopicPlan(2, 3, 1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Topics.Name.values()).map(topics::get).toList());

    assertThat(admin.describe(topics))
        .hasSize(Topics.Name.values().length)
        .allSatisfy(
            topic -> {
              assertThat(topic.exists()).isTrue();
              assertThat(topic.replicationFactor()).isEqualTo(1);
              assertThat(topic.configs()).containsAllEntriesOf(TopicPolicy.configs(topic.name()));
            })
        .anyMatch(topic -> topic.name() == Topics.Name.BATCHES && topic.partitions() == 2)
        .anyMatch(topic -> topic.name() == Topics.Name.PREDICTIONS && topic.partitions() == 3);
  }

  @Test
  void createsAndDeletesATopicThatBelongsToNoModel() {
    String name = UniqueName.of("it-probe");

    admin.create(new NewTopic(name, 2, (short) 1));
    admin.awaitUsable(name);

    assertThat(admin.startingWith(name)).containsExactly(name);
    admin.delete(name);
    Eventually.await().until(() -> admin.startingWith(name).isEmpty());
  }

  @Test
  void createIsIdempotent() {
    Topics topics = Topics.of("it", "again");
    admin.create(topics, TopicPlan.standard());

    assertThat(admin.create(topics, TopicPlan.standard())).isEmpty();
  }

  @Test
  void createsOnlyMissingTopics() {
    Topics first = Topics.of("it", "shared-1");
    admin.create(first, TopicPlan.standard());
    Topics second = Topics.of("it", "shared-2").withOverride(Topics.Name.BATCHES, first.batches());

    assertThat(admin.create(second, TopicPlan.standard()))
        .hasSize(Topics.Name.values().length - 1)
        .doesNotContain(first.batches());
  }

  @Test
  void keepsTopicsWithOtherPartitionCounts() {
    Topics topics = Topics.of("it", "other-partitions");
    admin.create(topics, TopicPlan.standard());

    assertThat(admin.create(topics, new TopicPlan(2, 4, 1))).isEmpty();
    assertThat(partitions(topics, Topics.Name.BATCHES)).isEqualTo(1);
  }

  @Test
  void createsAsManyPredictionsPartitionsAsRequestsPartitions() {
    Topics first = Topics.of("it", "fits-1");
    admin.create(first, new TopicPlan(1, 6, 1));
    Topics second = Topics.of("it", "fits-2").withOverride(Topics.Name.REQUESTS, first.requests());

    admin.create(second, TopicPlan.standard());

    assertThat(partitions(second, Topics.Name.PREDICTIONS)).isEqualTo(6);
  }

  @Test
  void reportsTopicsWhosePartitionsDifferFromTheRequest() {
    Topics topics = Topics.of("it", "asked");
    admin.create(topics, TopicPlan.standard());
    List<TopicState> states = admin.describe(topics);

    assertThat(new TopicPlan(2, 3, 1).check(states, Set.of(Topics.Name.BATCHES), "repair it"))
        .singleElement()
        .extracting(TopicViolation::sentence)
        .isEqualTo(
            "topic it.asked.batches: partitions is 1, must be 2, as requested; fix it with: repair"
                + " it");
    assertThat(new TopicPlan(2, 3, 1).check(states, Set.of(Topics.Name.REQUESTS), "repair it"))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.fix()).isEqualTo("requesting 4: Kafka cannot remove partitions");
              assertThat(violation.repairTo()).isNull();
            });
  }

  @Test
  void repairsViolations() {
    Topics topics = Topics.of("it", "repairs");
    admin.create(topics, TopicPlan.standard());
    TopicContract contract =
        new TopicContract(TopicRole.OWNER, topics, "repairs", bootstrap, TopicLimits.NONE);
    assertThat(admin.check(contract)).isEmpty();
    admin.repair(
        topics,
        List.of(
            set(topics.checkpoints(), "cleanup.policy", "delete"),
            set(topics.control(), "retention.ms", "1000"),
            set(topics.deadLetters(), "max.message.bytes", "1000"),
            set(topics.batches(), "message.timestamp.before.max.ms", "1"),
            set(topics.requests(), "partitions", "6")));
    List<TopicViolation> violations = admin.check(contract);
    assertThat(violations)
        .extracting(TopicViolation::setting)
        .containsExactlyInAnyOrder(
            "cleanup.policy",
            "retention.ms",
            "max.message.bytes",
            "message.timestamp.before.max.ms",
            "partitions");

    admin.repair(topics, violations);

    assertThat(admin.check(contract)).isEmpty();
    assertThat(partitions(topics, Topics.Name.PREDICTIONS)).isEqualTo(6);
  }

  private static TopicViolation set(String topic, String setting, String value) {
    return new TopicViolation(topic, setting, "", "", "", value);
  }

  private int partitions(Topics topics, Topics.Name name) {
    return admin.describe(topics).stream()
        .filter(state -> state.name() == name)
        .mapToInt(TopicState::partitions)
        .sum();
  }
}
