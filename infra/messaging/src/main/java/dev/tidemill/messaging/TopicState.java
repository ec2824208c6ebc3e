package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * One topic of a model, as the brokers describe it.
 *
 * @param id a recreated topic has another id; zero if the topic does not exist
 * @param partitions 0 if the topic does not exist
 * @param replicationFactor copies of each partition; 0 if the topic does not exist
 * @param configs what is set on the topic itself, without the brokers' defaults
 * @param effectiveConfigs all settings in effect, including the brokers' defaults; empty if the
 *     topic does not exist or the principal may not see them
 */
public record TopicState(
    Topics.Name name,
    String topic,
    Uuid id,
    int partitions,
    int replicationFactor,
    Map<String, String> configs,
    Map<String, String> effectiveConfigs) {
  public TopicState {
    configs = Map.copyOf(configs);
    effectiveConfigs = Map.copyOf(effectiveConfigs);
  }

  static TopicState missing(Topics.Name name, String topic) {
    return new TopicState(name, topic, Uuid.ZERO_UUID, 0, 0, Map.of(), Map.of());
  }

  public boolean exists() {
    return partitions > 0;
  }

  /** Returns whether the principal may see the topic's settings. */
  boolean showsConfigs() {
    return !effectiveConfigs.isEmpty();
  }

  /** Returns a setting in effect; empty if it is unknown. */
  String effective(String setting) {
    return effectiveConfigs.getOrDefault(setting, "");
  }
}
