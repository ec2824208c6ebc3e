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
 * Topic names and the wire format of records.
 *
 * @param overrides full names of single topics
 * @param registry the schema registry; without one, records use Avro's single-object encoding
 */
public record ProtocolSettings(
    String topicPrefix, Map<Topics.Name, String> overrides, Optional<RegistrySettings> registry) {
  public static final String TOPIC_PREFIX = "topic.prefix";

  public ProtocolSettings {
    overrides = Map.copyOf(overrides);
  }

  /** Reads settings that were checked against {@link KafkaSettings#configDef}. */
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
        "First part of every topic name, <prefix>.<model>.<name>.");
    for (Topics.Name name : Topics.Name.values()) {
      definition.define(
          override(name),
          ConfigDef.Type.STRING,
          null,
          new TopicName(),
          Importance.LOW,
          "Full name of the " + name.word() + " topic; overrides the prefix.");
    }
    RegistrySettings.define(definition);
  }

  /**
   * Returns the topics of a model.
   *
   * @throws InvalidSettingsException if the model's name is invalid, or two topics have the same
   *     name
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
   * Returns the wire format: the registry's if one is set, otherwise single-object encoding.
   *
   * @throws InvalidSettingsException if a registry is set and this process has no client for it, or
   *     the client rejects its settings
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

  /** Accepts a valid Kafka topic name, or null. */
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
