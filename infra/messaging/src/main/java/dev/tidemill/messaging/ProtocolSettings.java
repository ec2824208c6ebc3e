package dev.tidemill.messaging;

import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.wire.RegistryFormat;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import dev.tidemill.schemas.wire.WireFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What topics are called and how records are framed.
 *
 * @param overrides topics that were named one by one
 * @param registry the schema registry; none: records say themselves what they are
 */
public record ProtocolSettings(
    String topicPrefix, Map<Topics.Name, String> overrides, Optional<RegistrySettings> registry) {
  public static final String TOPIC_PREFIX = "topic.prefix";

  public ProtocolSettings {
    overrides = Map.copyOf(overrides);
  }

  /** Out of settings that were checked against {@link KafkaSettings#configDef}. */
  public static ProtocolSettings from(Settings settings) {
    Map<Topics.Name, String> overrides = new EnumMap<>(Topics.Name.class);
    for (Topics.Name name : Topics.Name.values()) {
      if (settings.isSet(override(name))) {
        overrides.put(name, settings.getString(override(name)));
      }
    }
    return new ProtocolSettings(
        settings.getString(TOPIC_PREFIX), overrides, RegistrySettings.from(settings));
  }

  static void define(ConfigDef definition) {
    definition.define(
        TOPIC_PREFIX,
        ConfigDef.Type.STRING,
        "tidemill",
        new TopicName(),
        Importance.MEDIUM,
        "Topics are called <prefix>.<model>.<name>.");
    for (Topics.Name name : Topics.Name.values()) {
      definition.define(
          override(name),
          ConfigDef.Type.STRING,
          null,
          new TopicName(),
          Importance.LOW,
          "The whole name of the topic for " + name.word() + ", instead of the one by the prefix.");
    }
    RegistrySettings.define(definition);
  }

  /**
   * The topics of a model.
   *
   * @throws InvalidSettingsException if the model's name is none, or two topics have one name
   */
  public Topics topics(String model) {
    try {
      Topics topics = Topics.of(topicPrefix, model);
      for (Map.Entry<Topics.Name, String> override : overrides.entrySet()) {
        topics = topics.withOverride(override.getKey(), override.getValue());
      }
      return topics;
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException(List.of(String.valueOf(e.getMessage())));
    }
  }

  /**
   * How records become bytes: with the registry where there is one.
   *
   * @throws InvalidSettingsException if a registry is set and this process has no client for it, or
   *     the client cannot use its settings
   */
  public WireFormat wireFormat() {
    return registry
        .<WireFormat>map(ProtocolSettings::registryFormat)
        .orElseGet(SingleObjectFormat::new);
  }

  private static RegistryFormat registryFormat(RegistrySettings registry) {
    SchemaRegistryProvider provider =
        ServiceLoader.load(SchemaRegistryProvider.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidSettingsException(
                        List.of(
                            RegistrySettings.URL
                                + " is set, but the schema registry's client is not installed;"
                                + " add tidemill-registry to the class path, or unset it")));
    return new RegistryFormat(provider.open(registry), registry.timeout());
  }

  private static String override(Topics.Name name) {
    return "topic." + name.word();
  }

  /** A name that Kafka takes for a topic, or none. */
  private static final class TopicName implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (value == null) {
        return;
      }
      try {
        Topic.validate((String) value);
      } catch (InvalidTopicException e) {
        throw new ConfigException(name, value, e.getMessage());
      }
    }

    @Override
    public String toString() {
      return "letters, digits, `.`, `_` and `-`";
    }
  }
}
