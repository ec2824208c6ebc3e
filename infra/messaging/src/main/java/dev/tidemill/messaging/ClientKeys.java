package dev.tidemill.messaging;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Defines the keys of Kafka's clients under Tidemill's prefixes, so that bad values are reported
 * together with all other faults. The keys are internal, so the settings page does not repeat
 * Kafka's documentation. Keys that Kafka does not know, such as a plug-in's, pass unchecked.
 */
final class ClientKeys {
  private static final Map<String, String> PRODUCER_GUARANTEES =
      Map.of(
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "no record may be written twice",
          ProducerConfig.ACKS_CONFIG, "no acknowledged record may be lost",
          ProducerConfig.TRANSACTIONAL_ID_CONFIG, "it fences older workers of the same role",
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, "the protocol defines the bytes",
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, "the protocol defines the bytes");

  private static final Map<String, String> CONSUMER_GUARANTEES =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG, "only committed records may be trained or served",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "offsets are committed with their results",
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "a position must never move silently",
          ConsumerConfig.GROUP_ID_CONFIG, "a group is named after its model and role",
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, "the protocol defines the bytes",
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, "the protocol defines the bytes");

  private static final Map<String, String> OF_EVERY_CLIENT =
      Map.of(
          ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
          "all clients use one cluster; set bootstrap.servers without a prefix",
          ConsumerConfig.CLIENT_ID_CONFIG,
          "a client is named after its worker");

  private ClientKeys() {}

  static void define(ConfigDef definition) {
    ConfigDef producer = ProducerConfig.configDef();
    ConfigDef consumer = ConsumerConfig.configDef();
    ConfigDef admin = AdminClientConfig.configDef();
    define(definition, "kafka.", List.of(producer, consumer, admin));
    define(definition, "producer.", List.of(producer));
    define(definition, "consumer.", List.of(consumer));
    define(definition, "admin.", List.of(admin));
  }

  private static void define(ConfigDef definition, String prefix, List<ConfigDef> clients) {
    for (ConfigDef client : clients) {
      for (ConfigKey key : client.configKeys().values()) {
        String name = prefix + key.name;
        if (!definition.names().contains(name)) {
          definition.defineInternal(
              name, key.type, null, validator(key), Importance.LOW, key.documentation);
        }
      }
    }
  }

  private static ConfigDef.Validator validator(ConfigKey key) {
    String why = reason(key.name);
    return (name, value) -> {
      if (value == null) {
        return;
      }
      if (why != null) {
        throw new ConfigException(name + " cannot be set: " + why);
      }
      if (key.validator != null) {
        key.validator.ensureValid(name, value);
      }
    };
  }

  private static @Nullable String reason(String key) {
    String why = PRODUCER_GUARANTEES.get(key);
    why = why == null ? CONSUMER_GUARANTEES.get(key) : why;
    return why == null ? OF_EVERY_CLIENT.get(key) : why;
  }
}
