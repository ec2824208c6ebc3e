package dev.tidemill.messaging;

import dev.tidemill.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Describes topics, and the brokers themselves. Any thread. */
final class TopicDescriber {
  private static final String TRANSACTION_VERSION = "transaction.version";

  private final Admin admin;
  private final int timeoutMs;

  /**
   * @param timeout of each request
   */
  TopicDescriber(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeoutMs = Math.toIntExact(timeout.toMillis());
  }

  /** Returns these topics in the given order, including those that do not exist. */
  List<TopicState> topics(Topics topics, Collection<Topics.Name> names) {
    Map<String, TopicDescription> found = descriptions(names.stream().map(topics::get).toList());
    Map<String, Config> configs = configs(found.keySet());
    return names.stream()
        .map(
            name -> {
              TopicDescription description = found.get(topics.get(name));
              Config config = configs.get(topics.get(name));
              return description == null || config == null
                  ? TopicState.missing(name, topics.get(name))
                  : state(name, description, config);
            })
        .toList();
  }

  /** Returns descriptions of the topics that exist. */
  Map<String, TopicDescription> descriptions(Collection<String> names) {
    Map<String, TopicDescription> found = new TreeMap<>();
    admin
        .describeTopics(names, new DescribeTopicsOptions().timeoutMs(timeoutMs))
        .topicNameValues()
        .forEach(
            (topic, future) ->
                ifExists(future).ifPresent(description -> found.put(topic, description)));
    return found;
  }

  BrokerLimits brokers() {
    FinalizedVersionRange version =
        KafkaResult.get(
                admin
                    .describeFeatures(new DescribeFeaturesOptions().timeoutMs(timeoutMs))
                    .featureMetadata())
            .finalizedFeatures()
            .get(TRANSACTION_VERSION);
    return new BrokerLimits(version == null ? 0 : version.maxVersionLevel(), longestTransaction());
  }

  private @Nullable Duration longestTransaction() {
    OptionalLong smallest =
        BrokerConfigs.smallest(admin, timeoutMs, BrokerConfigs.LONGEST_TRANSACTION);
    return smallest.isEmpty() ? null : Duration.ofMillis(smallest.getAsLong());
  }

  private static Optional<TopicDescription> ifExists(KafkaFuture<TopicDescription> description) {
    try {
      return Optional.of(KafkaResult.get(description));
    } catch (UnknownTopicOrPartitionException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the settings of the existing topics; empty settings if the principal may not see them.
   */
  private Map<String, Config> configs(Collection<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(t -> new ConfigResource(ConfigResource.Type.TOPIC, t)).toList();
    Map<String, Config> configs = new TreeMap<>();
    admin
        .describeConfigs(resources, new DescribeConfigsOptions().timeoutMs(timeoutMs))
        .values()
        .forEach(
            (resource, future) -> {
              try {
                configs.put(resource.name(), KafkaResult.get(future));
              } catch (AuthorizationException e) {
                // The principal may not see them; the contract check reports that.
                configs.put(resource.name(), new Config(List.of()));
              } catch (UnknownTopicOrPartitionException e) {
                // The topic was deleted since it was described, or this broker does not know it
                // yet.
                return;
              }
            });
    return configs;
  }

  private static TopicState state(Topics.Name name, TopicDescription description, Config config) {
    return new TopicState(
        name,
        description.name(),
        description.topicId(),
        description.partitions().size(),
        description.partitions().get(0).replicas().size(),
        values(config, TopicDescriber::isSetOnTopic),
        values(config, entry -> true));
  }

  private static boolean isSetOnTopic(ConfigEntry entry) {
    return entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }

  private static Map<String, String> values(Config config, Predicate<ConfigEntry> wanted) {
    return config.entries().stream()
        .filter(entry -> entry.value() != null && wanted.test(entry))
        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }
}
