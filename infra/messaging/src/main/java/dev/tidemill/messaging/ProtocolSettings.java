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
 * @param registryUrl the schema registry's address; null: records say themselves what they are
 */
public record ProtocolSettings(
    String topicPrefix, Map<Topics.Name, String> overrides, @Nullable String registryUrl) {
  public static final String TOPIC_PREFIX = "topic.prefix";
  public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";

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
    String registryUrl =
        settings.isSet(SCHEMA_REGISTRY_URL) ? settings.getString(SCHEMA_REGISTRY_URL) : null;
    return new ProtocolSettings(settings.getString(TOPIC_PREFIX), overrides, registryUrl);
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
    definition.define(
        SCHEMA_REGISTRY_URL,
        ConfigDef.Type.STRING,
        null,
        new HttpAddress(),
        Importance.LOW,
        "Address of a schema registry, for its framing of records. None: single-object encoding,"
            + " which needs no registry.");
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

  /** How records become bytes: with the registry where there is one. */
  public WireFormat wireFormat() {
    return registryUrl == null ? new SingleObjectFormat() : new RegistryFormat(registryUrl);
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

  /** An http or https URL, or none. */
  private static final class HttpAddress implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (value instanceof String url && !url.matches("https?://[^/].*")) {
        throw new ConfigException(name, value, "must be an " + this);
      }
    }

    @Override
    public String toString() {
      return "http or https URL";
    }
  }
}
