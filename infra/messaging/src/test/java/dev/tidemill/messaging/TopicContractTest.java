package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicContractTest {
  private static final Topics TOPICS = Topics.of("it", "m");
  private static final BrokerLimits BROKERS = new BrokerLimits(2, Duration.ofMinutes(15));
  private static final Map<String, String> BROKERS_DEFAULTS =
      Map.of(
          "cleanup.policy", "delete",
          "retention.ms", "604800000",
          "retention.bytes", "-1",
          "max.message.bytes", "1048588",
          "message.timestamp.type", "CreateTime",
          "message.timestamp.before.max.ms", "9223372036854775807",
          "message.timestamp.after.max.ms", "3600000",
          "min.insync.replicas", "1");

  @ParameterizedTest
  @EnumSource(TopicRole.class)
  void createdTopicsSatisfyTheContract(TopicRole role) {
    assertThat(contract(role, TopicLimits.NONE).check(created(), BROKERS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRAINER   | CHECKPOINTS       | cleanup.policy                  | delete         | compact",
        "TRAINER   | CHECKPOINTS       | cleanup.policy                  | compact,delete | compact",
        "TRAINER   | CHECKPOINT_CHUNKS | cleanup.policy                  | delete         | compact",
        "VIEWER    | CHECKPOINTS       | cleanup.policy                  | delete         | compact",
        "INFERENCE | CHECKPOINTS       | cleanup.policy                  | delete         | compact",
        "TRAINER   | CONTROL           | cleanup.policy                  | compact        | delete",
        "TRAINER   | CONTROL           | retention.ms                    | 604800000      | -1",
        "INFERENCE | CONTROL           | retention.bytes                 | 1000           | -1",
        "TRAINER   | BATCHES           | cleanup.policy                  | compact        | delete",
        "PRODUCER  | BATCHES           | cleanup.policy                  | compact,delete | delete",
        "PRODUCER  | BATCHES           | max.message.bytes               | 1500           | 16777216",
        "CALLER    | REQUESTS          | max.message.bytes               | 1500           | 16777216",
        "INFERENCE | PREDICTIONS       | max.message.bytes               | 100            | 1000000",
        "TRAINER   | PROGRESS          | max.message.bytes               | 50             | 1000000",
        "TRAINER   | DEAD_LETTERS      | max.message.bytes               | 1048588        | 17825792",
        "INFERENCE | DEAD_LETTERS      | max.message.bytes               | 1048588        | 17825792",
        "PRODUCER  | BATCHES           | message.timestamp.before.max.ms | 1              | 9223372036854775807",
        "INFERENCE | PREDICTIONS       | message.timestamp.after.max.ms  | 0              | 3600000",
        "TRAINER   | CHECKPOINT_CHUNKS | min.insync.replicas             | 2              | 1",
      })
  void namesTheWrongSetting(
      TopicRole role, Topics.Name name, String setting, String actual, String repairTo) {
    List<TopicViolation> violations =
        contract(role, TopicLimits.NONE).check(with(name, 1, setting, actual), BROKERS);

    assertThat(violations)
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.topic()).isEqualTo(TOPICS.get(name));
              assertThat(violation.setting()).isEqualTo(setting);
              assertThat(violation.actual()).isEqualTo(actual);
              assertThat(violation.repairTo()).isEqualTo(repairTo);
              assertThat(violation.sentence())
                  .startsWith("topic " + TOPICS.get(name) + ": " + setting + " is " + actual + ", ")
                  .endsWith("fix it with: tidemill topics create --repair --model m");
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"CHECKPOINTS", "CHECKPOINT_CHUNKS", "CONTROL"})
  void requiresOnePartitionForOrderedTopics(Topics.Name name) {
    List<TopicViolation> violations =
        contract(TopicRole.TRAINER, TopicLimits.NONE).check(with(name, 3, "", ""), BROKERS);

    assertThat(violations)
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.sentence())
                  .startsWith("topic " + TOPICS.get(name) + ": partitions is 3, must be 1")
                  .contains("kafka-topics --bootstrap-server b:1 --delete --topic");
              assertThat(violation.repairTo()).isNull();
            });
  }

  @Test
  void requiresAPredictionsPartitionPerRequestsPartition() {
    List<TopicState> states = with(Topics.Name.REQUESTS, 6, "", "");

    assertThat(contract(TopicRole.INFERENCE, TopicLimits.NONE).check(states, BROKERS))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.topic()).isEqualTo(TOPICS.predictions());
              assertThat(violation.actual()).isEqualTo("4");
              assertThat(violation.required())
                  .isEqualTo(
                      "at least 6, as many as topic it.m.requests has (requests in partitions 4 to"
                          + " 5 get no answer)");
              assertThat(violation.repairTo()).isEqualTo("6");
            });
    assertThat(contract(TopicRole.TRAINER, TopicLimits.NONE).check(states, BROKERS)).isEmpty();
  }

  @Test
  void acceptsMorePredictionsPartitionsThanRequestsPartitions() {
    List<TopicState> states = with(Topics.Name.PREDICTIONS, 9, "", "");

    assertThat(contract(TopicRole.INFERENCE, TopicLimits.NONE).check(states, BROKERS)).isEmpty();
  }

  @Test
  void requiresThatChunksFitTheirTopic() {
    TopicLimits limits =
        TopicLimits.NONE.withRecord(Topics.Name.CHECKPOINT_CHUNKS, 15L * 1024 * 1024);

    assertThat(contract(TopicRole.TRAINER, limits).check(created(), BROKERS))
        .singleElement()
        .extracting(TopicViolation::sentence)
        .isEqualTo(
            "topic it.m.checkpoint-chunks: max.message.bytes is 1048588, must be at least 15729664;"
                + " fix it with: kafka-configs --bootstrap-server b:1 --alter --entity-type topics"
                + " --entity-name it.m.checkpoint-chunks --add-config max.message.bytes=15729664");
  }

  @Test
  void checksRecordSizeOnlyForWriters() {
    List<TopicState> states = with(Topics.Name.BATCHES, 1, "max.message.bytes", "1500");

    assertThat(contract(TopicRole.TRAINER, TopicLimits.NONE).check(states, BROKERS)).isEmpty();
  }

  @Test
  void acceptsAnyTimestampLimitWithLogAppendTime() {
    List<TopicState> states =
        with(
            Topics.Name.BATCHES,
            1,
            Map.of(
                "message.timestamp.type", "LogAppendTime", "message.timestamp.before.max.ms", "1"));

    assertThat(contract(TopicRole.PRODUCER, TopicLimits.NONE).check(states, BROKERS)).isEmpty();
  }

  @Test
  void namesTheMissingRightIfSettingsAreHidden() {
    List<TopicState> states =
        created().stream()
            .map(
                state ->
                    new TopicState(
                        state.name(),
                        state.topic(),
                        state.id(),
                        state.partitions(),
                        1,
                        Map.of(),
                        Map.of()))
            .toList();

    assertThat(contract(TopicRole.PRODUCER, TopicLimits.NONE).check(states, BROKERS))
        .extracting(TopicViolation::sentence)
        .allSatisfy(sentence -> assertThat(sentence).contains("DescribeConfigs is missing"))
        .anySatisfy(
            sentence ->
                assertThat(sentence).contains("--operation DescribeConfigs --topic it.m.batches"))
        .hasSize(4);
  }

  @Test
  void requiresTransactionVersion2() {
    assertThat(
            contract(TopicRole.TRAINER, TopicLimits.NONE)
                .check(created(), new BrokerLimits(1, null)))
        .singleElement()
        .extracting(TopicViolation::sentence)
        .isEqualTo(
            "brokers: transaction.version is 1, must be at least 2; fix it with: kafka-features"
                + " --bootstrap-server b:1 upgrade --feature transaction.version=2");
    assertThat(
            contract(TopicRole.VIEWER, TopicLimits.NONE)
                .check(created(), new BrokerLimits(0, null)))
        .isEmpty();
  }

  @Test
  void requiresALongEnoughTransactionTimeout() {
    TopicLimits limits = TopicLimits.NONE.withTransaction(Duration.ofMinutes(16));

    assertThat(contract(TopicRole.TRAINER, limits).check(created(), BROKERS))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.setting()).isEqualTo("transaction.max.timeout.ms");
              assertThat(violation.actual()).isEqualTo("900000");
              assertThat(violation.required()).isEqualTo("at least 960000");
            });
  }

  private static TopicContract contract(TopicRole role, TopicLimits limits) {
    return new TopicContract(role, TOPICS, "m", "b:1", limits);
  }

  private static List<TopicState> created() {
    return Stream.of(Topics.Name.values()).map(TopicContractTest::created).toList();
  }

  private static TopicState created(Topics.Name name) {
    return state(name, TopicPlan.standard().partitions(name), Map.of());
  }

  private static List<TopicState> with(
      Topics.Name name, int partitions, String setting, String value) {
    return with(name, partitions, setting.isEmpty() ? Map.of() : Map.of(setting, value));
  }

  /** Returns topics as Tidemill creates them, except for the given one. */
  private static List<TopicState> with(
      Topics.Name name, int partitions, Map<String, String> configs) {
    return created().stream()
        .map(
            state ->
                state.name() == name
                    ? state(name, Math.max(partitions, state.partitions()), configs)
                    : state)
        .toList();
  }

  private static TopicState state(Topics.Name name, int partitions, Map<String, String> configs) {
    Map<String, String> effective = new TreeMap<>(BROKERS_DEFAULTS);
    effective.putAll(TopicPolicy.configs(name));
    effective.putAll(configs);
    return new TopicState(name, TOPICS.get(name), Uuid.ONE_UUID, partitions, 1, configs, effective);
  }
}
