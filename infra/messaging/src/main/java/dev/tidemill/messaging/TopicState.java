package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.util.Map;

/**
 * One topic of a model as the brokers have it.
 *
 * @param partitions 0 if the topic does not exist
 * @param replicationFactor copies of each partition; 0 if the topic does not exist
 * @param configs what is set on the topic itself, not the brokers' defaults
 */
public record TopicState(
    Topics.Name name,
    String topic,
    int partitions,
    int replicationFactor,
    Map<String, String> configs) {
  public TopicState {
    configs = Map.copyOf(configs);
  }

  static TopicState missing(Topics.Name name, String topic) {
    return new TopicState(name, topic, 0, 0, Map.of());
  }

  public boolean exists() {
    return partitions > 0;
  }
}
