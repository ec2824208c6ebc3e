package dev.tidemill.messaging;

import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * The brokers' addresses and the user's client settings: {@code common} for all clients (keys under
 * {@code kafka.}), the others for one kind each.
 *
 * @param readTimeout how long a read to a topic's end may make no progress
 */
public record KafkaSettings(
    String bootstrapServers,
    Map<String, String> common,
    Map<String, String> producer,
    Map<String, String> consumer,
    Map<String, String> admin,
    Duration readTimeout) {

  public static final String BOOTSTRAP_SERVERS = CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG;
  public static final String READ_TIMEOUT = "read.timeout.ms";

  private static final Duration DEFAULT_READ_TIMEOUT = Duration.ofSeconds(60);

  public KafkaSettings {
    common = Map.copyOf(common);
    producer = Map.copyOf(producer);
    consumer = Map.copyOf(consumer);
    admin = Map.copyOf(admin);
  }

  /** Creates settings with the default read timeout. */
  public KafkaSettings(
      String bootstrapServers,
      Map<String, String> common,
      Map<String, String> producer,
      Map<String, String> consumer,
      Map<String, String> admin) {
    this(bootstrapServers, common, producer, consumer, admin, DEFAULT_READ_TIMEOUT);
  }

  /** Creates settings for brokers that need no client settings. */
  public static KafkaSettings at(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, Map.of(), Map.of(), Map.of(), Map.of());
  }

  /** Returns the security protocol that the clients use. */
  SecurityProtocol securityProtocol() {
    String key = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;
    String name =
        admin.getOrDefault(
            key, common.getOrDefault(key, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL));
    return SecurityProtocol.forName(name);
  }

  /** Reads settings that were checked against {@link #configDef}. */
  public static KafkaSettings from(Settings settings) {
    return new KafkaSettings(
        settings.getString(BOOTSTRAP_SERVERS),
        settings.withPrefix("kafka."),
        settings.withPrefix("producer."),
        settings.withPrefix("consumer."),
        settings.withPrefix("admin."),
        Duration.ofMillis(settings.getLong(READ_TIMEOUT)));
  }

  /** Defines all keys for Kafka and the protocol, including the clients' own. */
  public static ConfigDef configDef() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                BOOTSTRAP_SERVERS,
                ConfigDef.Type.STRING,
                "localhost:9092",
                new ConfigDef.NonEmptyString(),
                Importance.HIGH,
                "Addresses of Kafka brokers, as host:port, separated by commas.")
            .define(
                READ_TIMEOUT,
                ConfigDef.Type.LONG,
                DEFAULT_READ_TIMEOUT.toMillis(),
                ConfigDef.Range.atLeast(1),
                Importance.MEDIUM,
                "How long, in milliseconds, a read to a topic's end may make no progress before it"
                    + " fails. The usual cause is another producer's open transaction; the error"
                    + " names that producer.");
    ProtocolSettings.define(definition);
    ClientKeys.define(definition);
    return definition;
  }
}
