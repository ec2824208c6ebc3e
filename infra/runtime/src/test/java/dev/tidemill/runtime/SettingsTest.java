package dev.tidemill.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final ConfigDef SERVING =
      new ConfigDef()
          .define("model", ConfigDef.Type.STRING, Importance.HIGH, "The model.")
          .define(
              "max.batch.size",
              ConfigDef.Type.INT,
              32,
              ConfigDef.Range.between(1, 4096),
              Importance.HIGH,
              "Most requests in a micro-batch.")
          .define("max.queue.delay.ms", ConfigDef.Type.LONG, 5L, Importance.HIGH, "In ms.")
          .define("warm", ConfigDef.Type.BOOLEAN, true, Importance.LOW, "Warm up.")
          .define("pin", ConfigDef.Type.STRING, null, Importance.LOW, "Pinned.");

  private static Settings check(Map<String, String> given) {
    return Settings.check(given, List.of(SERVING));
  }

  @Test
  void returnsGivenValuesAndDefaults() {
    Settings settings = check(Map.of("model", "digits", "max.queue.delay.ms", "20"));

    assertThat(settings.getString("model")).isEqualTo("digits");
    assertThat(settings.getInt("max.batch.size")).isEqualTo(32);
    assertThat(settings.getDuration("max.queue.delay.ms")).isEqualTo(Duration.ofMillis(20));
    assertThat(settings.getBoolean("warm")).isTrue();
    assertThat(settings.isSet("pin")).isFalse();
  }

  @Test
  void reportsEveryFaultAtOnce() {
    Map<String, String> given =
        Map.of("max.batch.size", "0", "max.queue.delay.ms", "soon", "max.batchsize", "8");

    InvalidSettingsException refused =
        catchThrowableOfType(InvalidSettingsException.class, () -> check(given));

    assertThat(refused.faults())
        .hasSize(4)
        .anyMatch(f -> f.contains("model") && f.contains("Missing"))
        .anyMatch(f -> f.contains("max.batch.size") && f.contains("at least 1"))
        .anyMatch(f -> f.contains("max.queue.delay.ms") && f.contains("soon"))
        .contains("unknown setting max.batchsize; did you mean max.batch.size?");
  }

  @Test
  void suggestsNothingIfNoKnownKeyIsSimilar() {
    assertThatThrownBy(() -> check(Map.of("model", "digits", "zzz", "1")))
        .hasMessage("unknown setting zzz");
  }

  @Test
  void passesClientKeysThroughByPrefix() {
    Settings settings = check(Map.of("model", "digits", "producer.linger.ms", "5"));

    assertThat(settings.withPrefix("producer.")).containsExactly(Map.entry("linger.ms", "5"));
    assertThat(settings.withPrefix("consumer.")).isEmpty();
  }

  @Test
  void rejectsAPrefixWithoutAKey() {
    assertThatThrownBy(() -> check(Map.of("model", "digits", "producer.", "5")))
        .isInstanceOf(InvalidSettingsException.class);
  }

  @Test
  void rejectsContradictoryDefinitions() {
    ConfigDef other =
        new ConfigDef().define("warm", ConfigDef.Type.INT, 1, Importance.LOW, "Degrees.");

    assertThatThrownBy(() -> Settings.check(Map.of("model", "digits"), List.of(SERVING, other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("warm");
  }

  @Test
  void readingAnotherTypeIsABug() {
    Settings settings = check(Map.of("model", "digits"));

    assertThatThrownBy(() -> settings.getInt("model"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model");
  }

  @Test
  void computesTheEditDistance() {
    assertThat(KnownKeys.editDistance("", "abc")).isEqualTo(3);
    assertThat(KnownKeys.editDistance("kitten", "sitting")).isEqualTo(3);
    assertThat(KnownKeys.editDistance("same", "same")).isZero();
  }
}
