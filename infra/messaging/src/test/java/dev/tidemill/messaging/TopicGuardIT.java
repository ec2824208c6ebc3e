package dev.tidemill.messaging;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.local.EmbeddedBroker;
import dev.tidemill.runtime.DutyThread;
import dev.tidemill.runtime.Health;
import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.runtime.HealthMonitor;
import dev.tidemill.schemas.Topics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicGuardIT {
  private static final Duration OFTEN = Duration.ofMillis(50);

  private final KafkaClients clients =
      new KafkaClients(KafkaSettings.at(KafkaCluster.embedded().bootstrapServers()));
  private final Admin admin = clients.admin("it");
  private final HealthMonitor monitor = new HealthMonitor("it", Clock.systemUTC());

  @AfterEach
  void close() {
    admin.close();
  }

  @ParameterizedTest
  @EnumSource(TopicRole.class)
  void acceptsCreatedTopics(TopicRole role) {
    Topics topics = created();

    try (TopicGuard guard = guard(topics, role)) {
      guard.require();

      List<TopicState> states =
          new TopicDescriber(admin, Duration.ofSeconds(30)).topics(topics, role.topics());
      assertThat(states)
          .allSatisfy(state -> assertThat(guard.id(state.name())).isEqualTo(state.id()));
    }
  }

  @Test
  void findsTopicsThatATrainerCanDoWithout() {
    Topics topics = created();
    try (TopicGuard guard = guard(topics, TopicRole.TRAINER)) {
      guard.require();
      assertThat(guard.optionalTopics().found())
          .containsOnlyKeys(Topics.Name.PREDICTIONS, Topics.Name.LABELS);
      KafkaResult.get(admin.deleteTopics(List.of(topics.labels())).all());
      await()
          .until(
              () -> {
                guard.require();
                return guard.optionalTopics().found().size() == 1;
              });
      assertThat(guard.optionalTopics().found()).containsOnlyKeys(Topics.Name.PREDICTIONS);
      assertThat(guard.optionalTopics().fault()).isNull();
    }
  }

  @Test
  void rejectsCheckpointsWithSeveralPartitions() {
    Topics topics = createdWith(Topics.Name.CHECKPOINTS, 3);

    assertRefused(topics, TopicRole.TRAINER, "checkpoints: partitions is 3, must be 1");
  }

  @Test
  void rejectsControlWithSeveralPartitions() {
    Topics topics = createdWith(Topics.Name.CONTROL, 2);

    assertRefused(topics, TopicRole.TRAINER, "control: partitions is 2, must be 1");
  }

  @Test
  void rejectsCheckpointsWithCleanupPolicyDelete() {
    Topics topics = created();
    alter(topics.checkpoints(), "cleanup.policy", "delete");

    assertRefused(topics, TopicRole.TRAINER, "cleanup.policy is delete, must be compact");
    assertRefused(topics, TopicRole.INFERENCE, "cleanup.policy is delete, must be compact");
    assertRefused(topics, TopicRole.VIEWER, "cleanup.policy is delete, must be compact");
  }

  @Test
  void checksTheBrokersDefaults() {
    Topics topics = Topics.of("it", UniqueName.of("defaults"));
    createWithBrokerDefaults(topics);

    assertRefused(topics, TopicRole.TRAINER, "checkpoints: cleanup.policy is delete");
    assertRefused(topics, TopicRole.TRAINER, "control: retention.ms is 604800000, must be -1");
    assertRefused(topics, TopicRole.TRAINER, "dead-letters: max.message.bytes is 1048588");
  }

  @Test
  void rejectsMoreRequestsThanPredictionsPartitions() {
    Topics topics = created();
    addPartitions(topics.requests(), 6);

    assertRefused(topics, TopicRole.INFERENCE, "predictions: partitions is 4, must be at least 6");
  }

  @Test
  void rejectsATopicTooSmallForChunks() {
    TopicLimits limits =
        TopicLimits.NONE.withRecord(Topics.Name.CHECKPOINT_CHUNKS, 15L * 1024 * 1024);

    try (TopicGuard guard = guard(created(), TopicRole.TRAINER, limits)) {
      assertThatThrownBy(guard::require)
          .isInstanceOf(TopicContractException.class)
          .hasMessageContaining("chunks: max.message.bytes is 1048588, must be at least 15729664");
    }
  }

  @Test
  void rejectsTransactionsLongerThanTheBrokersAllow() {
    TopicLimits limits = TopicLimits.NONE.withTransaction(Duration.ofHours(1));

    try (TopicGuard guard = guard(created(), TopicRole.TRAINER, limits)) {
      assertThatThrownBy(guard::require)
          .isInstanceOf(TopicContractException.class)
          .hasMessageContaining("transaction.max.timeout.ms is 900000, must be at least 3600000");
    }
  }

  @Test
  void namesTheCommandThatCreatesAMissingTopic() {
    Topics topics = Topics.of("it", UniqueName.of("missing"));

    try (TopicGuard guard = guard(topics, TopicRole.OPERATOR)) {
      assertThatThrownBy(guard::require)
          .isInstanceOf(MissingTopicException.class)
          .hasMessageContaining("topic " + topics.checkpoints() + " does not exist at ")
          .hasMessageContaining("; create it with: tidemill topics create --model ");
    }
  }

  @Test
  void endsTheWorkerWhenAPolicyChanges() {
    Topics topics = created();
    try (DutyThread thread = running(guard(topics, TopicRole.INFERENCE))) {
      alter(topics.predictions(), "max.message.bytes", "100");

      assertThat(failure(thread))
          .isInstanceOf(TopicContractException.class)
          .hasMessageContaining("predictions: max.message.bytes is 100");
    }
  }

  @Test
  void endsTheWorkerWhenATopicIsRecreated() {
    Topics topics = created();
    try (DutyThread thread = running(guard(topics, TopicRole.PRODUCER))) {
      KafkaResult.get(admin.deleteTopics(List.of(topics.batches())).all());
      await().ignoreExceptions().until(() -> !create(topics).isEmpty());

      assertThat(failure(thread))
          .isInstanceOfAny(TopicRecreatedException.class, MissingTopicException.class)
          .hasMessageContaining(topics.batches());
    }
  }

  @Test
  void reportsARecreatedTopic() throws Exception {
    Topics topics = created();
    try (TopicGuard guard = guard(topics, TopicRole.PRODUCER)) {
      guard.require();
      KafkaResult.get(admin.deleteTopics(List.of(topics.batches())).all());
      await().ignoreExceptions().until(() -> !create(topics).isEmpty());

      assertThatThrownBy(guard::doWork)
          .isInstanceOf(TopicRecreatedException.class)
          .hasMessageContaining("topic " + topics.batches() + " was deleted and recreated");
    }
  }

  @Test
  void endsTheWorkerWhenATopicIsDeleted() {
    Topics topics = created();
    try (DutyThread thread = running(guard(topics, TopicRole.PRODUCER))) {
      KafkaResult.get(admin.deleteTopics(List.of(topics.batches())).all());

      assertThat(failure(thread)).isInstanceOf(MissingTopicException.class);
    }
  }

  @Test
  void degradesTheWorkerWhileSomeRequestsHaveNoPredictionsPartition() {
    Topics topics = created();
    TopicGuard guard = guard(topics, TopicRole.INFERENCE);
    try (DutyThread thread = running(guard)) {
      addPartitions(topics.requests(), 6);
      await().until(() -> degradedBy(TopicGuard.ANSWER_PARTITIONS));
      assertThat(monitor.apply(Health.ready("serves")).detail())
          .contains("requests in partitions 4 to 5 get no answer")
          .contains("tidemill topics create --repair");
      assertThat(guard.partitions(Topics.Name.REQUESTS)).isEqualTo(6);
      assertThat(guard.partitions(Topics.Name.PREDICTIONS)).isEqualTo(4);

      addPartitions(topics.predictions(), 6);
      await().until(() -> monitor.conditions().isEmpty());
      assertThat(guard.partitions(Topics.Name.PREDICTIONS)).isEqualTo(6);
      assertThat(thread.health().isReady()).isTrue();
    }
  }

  @Test
  void degradesAnInferenceWorkerWhileAVersionTopicIsMissingOrWrong() {
    Topics topics = created();
    TopicGuard guard = guard(topics, TopicRole.INFERENCE);
    try (DutyThread thread = running(guard)) {
      await().until(() -> guard.knownId(Topics.Name.CHECKPOINTS).isPresent());
      Uuid before = guard.id(Topics.Name.CHECKPOINTS);
      KafkaResult.get(admin.deleteTopics(List.of(topics.checkpoints())).all());
      await().until(() -> degradedBy(TopicGuard.VERSION_TOPICS));

      await().ignoreExceptions().until(() -> !create(topics).isEmpty());
      await().until(() -> monitor.conditions().isEmpty());
      assertThat(guard.id(Topics.Name.CHECKPOINTS)).isNotEqualTo(before);

      alter(topics.checkpoints(), "cleanup.policy", "delete");
      await().until(() -> degradedBy(TopicGuard.VERSION_TOPICS));
      assertThat(monitor.apply(Health.ready("serves")).detail())
          .contains("cleanup.policy is delete, must be compact");
      assertThat(thread.health().isReady()).isTrue();
    }
  }

  @Test
  void isTheHeartbeatToTheBrokers(@TempDir Path folder) {
    EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
    String address = broker.bootstrapServers();
    KafkaClients own = new KafkaClients(KafkaSettings.at(address));
    Topics topics = Topics.of("it", "heartbeat");
    try (TopicAdmin topicAdmin = new TopicAdmin(own, "it")) {
      topicAdmin.create(topics, TopicPlan.standard());
    }
    TopicContract contract =
        new TopicContract(TopicRole.TRAINER, topics, "heartbeat", address, TopicLimits.NONE);
    try (DutyThread thread = running(TopicGuard.of(own, contract, monitor, "it-guard", OFTEN))) {
      broker.close();
      await().until(() -> degradedBy(TopicGuard.BROKER));
      assertThat(monitor.apply(Health.ready("trains")).detail())
          .contains("no answer from Kafka at " + address);

      try (EmbeddedBroker again =
          EmbeddedBroker.start(
              folder, Integer.parseInt(address.substring(address.indexOf(':') + 1)))) {
        await().until(() -> monitor.conditions().isEmpty());
        assertThat(again.bootstrapServers()).isEqualTo(address);
        assertThat(thread.health().isReady()).isTrue();
      }
    }
  }

  private void assertRefused(Topics topics, TopicRole role, String why) {
    try (TopicGuard guard = guard(topics, role)) {
      assertThatThrownBy(guard::require)
          .isInstanceOf(TopicContractException.class)
          .hasMessageContaining(why);
    }
  }

  private TopicGuard guard(Topics topics, TopicRole role) {
    return guard(topics, role, TopicLimits.NONE);
  }

  private TopicGuard guard(Topics topics, TopicRole role, TopicLimits limits) {
    TopicContract contract =
        new TopicContract(role, topics, "m", clients.bootstrapServers(), limits);
    return TopicGuard.of(clients, contract, monitor, "it-guard", OFTEN);
  }

  private static DutyThread running(TopicGuard guard) {
    guard.require();
    DutyThread thread = new DutyThread(guard);
    thread.start();
    return thread;
  }

  private static Throwable failure(DutyThread thread) {
    await().until(() -> thread.health().cause() != null);
    return Optional.ofNullable(thread.health().cause()).orElseThrow();
  }

  private boolean degradedBy(String condition) {
    return monitor.conditions().stream().map(HealthCondition::name).anyMatch(condition::equals);
  }

  private Topics created() {
    Topics topics = Topics.of("it", UniqueName.of("guard"));
    create(topics);
    return topics;
  }

  private List<String> create(Topics topics) {
    try (TopicAdmin topicAdmin = new TopicAdmin(clients, "it")) {
      return topicAdmin.create(topics, TopicPlan.standard());
    }
  }

  /** Creates all topics as Tidemill does, except for the partitions of one. */
  private Topics createdWith(Topics.Name name, int partitions) {
    Topics topics = Topics.of("it", UniqueName.of("guard"));
    NewTopic own =
        new NewTopic(topics.get(name), partitions, (short) 1).configs(TopicPolicy.configs(name));
    KafkaResult.get(admin.createTopics(List.of(own)).all());
    create(topics);
    return topics;
  }

  private void createWithBrokerDefaults(Topics topics) {
    KafkaResult.get(
        admin
            .createTopics(
                List.of(Topics.Name.values()).stream()
                    .map(name -> new NewTopic(topics.get(name), 1, (short) 1))
                    .toList())
            .all());
    await()
        .until(
            () -> {
              try (TopicAdmin topicAdmin = new TopicAdmin(clients, "it")) {
                return topicAdmin.describe(topics).stream().allMatch(TopicState::exists);
              }
            });
  }

  private void alter(String topic, String setting, String value) {
    repair(new TopicViolation(topic, setting, "", "", "", value));
  }

  private void addPartitions(String topic, int total) {
    repair(new TopicViolation(topic, "partitions", "", "", "", Integer.toString(total)));
  }

  /** Changes a topic and returns once the brokers show the change. */
  private void repair(TopicViolation violation) {
    TopicRepair repair = new TopicRepair(List.of(violation));
    repair.apply(admin);
    Topics topics =
        Topics.of("it", "none")
            .withOverride(Topics.Name.BATCHES, String.valueOf(violation.topic()));
    TopicDescriber describer = new TopicDescriber(admin, Duration.ofSeconds(30));
    await().until(() -> repair.isSeen(describer.topics(topics, Set.of(Topics.Name.BATCHES))));
  }
}
