package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import dev.tidemill.runtime.SettingsPage;
import dev.tidemill.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
  private static Settings check(Map<String, String> given) {
    return Settings.check(given, List.of(KafkaSettings.configDef()));
  }

  @Test
  void sortsClientKeysByTheirPrefix() {
    KafkaSettings kafka =
        KafkaSettings.from(
            check(
                Map.of(
                    "bootstrap.servers", "b:9092",
                    "kafka.security.protocol", "SSL",
                    "producer.linger.ms", "20",
                    "consumer.max.poll.records", "10",
                    "admin.retries", "3")));

    assertThat(kafka)
        .isEqualTo(
            new KafkaSettings(
                "b:9092",
                Map.of("security.protocol", "SSL"),
                Map.of("linger.ms", "20"),
                Map.of("max.poll.records", "10"),
                Map.of("retries", "3")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "consumer.isolation.level",
        "consumer.enable.auto.commit",
        "consumer.auto.offset.reset",
        "consumer.group.id",
        "producer.enable.idempotence",
        "producer.acks",
        "producer.transactional.id",
        "kafka.acks",
        "kafka.isolation.level",
        "kafka.bootstrap.servers",
        "producer.client.id"
      })
  void rejectsSettingsThatWeakenAGuarantee(String key) {
    String value = key.contains("enable") ? "true" : "all";

    assertThatThrownBy(() -> check(Map.of(key, value)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageStartingWith(key + " cannot be set: ");
  }

  @Test
  void reportsBadClientValuesWithAllOtherFaults() {
    Map<String, String> given =
        Map.of(
            "producer.linger.ms", "soon",
            "consumer.max.poll.records", "0",
            "producer.acks", "1",
            "topic.batches", "a batch",
            "topic.prefixx", "mill");

    InvalidSettingsException refused =
        catchThrowableOfType(InvalidSettingsException.class, () -> check(given));

    assertThat(refused.faults())
        .hasSize(5)
        .anyMatch(f -> f.contains("producer.linger.ms") && f.contains("soon"))
        .anyMatch(f -> f.contains("consumer.max.poll.records"))
        .anyMatch(f -> f.contains("producer.acks") && f.contains("lost"))
        .anyMatch(f -> f.contains("topic.batches") && f.contains("a batch"))
        .contains("unknown setting topic.prefixx; did you mean topic.prefix?");
  }

  @Test
  void passesUnknownKeysToPlugIns() {
    assertThat(KafkaSettings.from(check(Map.of("producer.our.interceptor.key", "x"))).producer())
        .containsEntry("our.interceptor.key", "x");
  }

  @Test
  void doesNotRepeatKafkasDocumentation() {
    assertThat(SettingsPage.print(Map.of("Kafka", KafkaSettings.configDef())))
        .contains("`bootstrap.servers`", "`topic.dead-letters`", "`schema.registry.url`")
        .doesNotContain("linger.ms");
  }

  @Test
  void namesTopicsByPrefixModelAndOverride() {
    ProtocolSettings protocol =
        ProtocolSettings.from(check(Map.of("topic.prefix", "mill", "topic.batches", "shared")));

    Topics topics = protocol.topics("digits");

    assertThat(topics.batches()).isEqualTo("shared");
    assertThat(topics.requests()).isEqualTo("mill.digits.requests");
  }

  @Test
  void rejectsTwoTopicsWithOneName() {
    ProtocolSettings protocol =
        ProtocolSettings.from(check(Map.of("topic.batches", "tidemill.m.requests")));

    assertThatThrownBy(() -> protocol.topics("m")).isInstanceOf(InvalidSettingsException.class);
  }
}
