package dev.tidemill.messaging;

import dev.tidemill.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * Where the brokers are, and what the user wants of the clients: {@code common} for all of them
 * (keys under {@code kafka.}), the others for one kind each.
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

  /** With the default time-out of reads. */
  public KafkaSettings(
      String bootstrapServers,
      Map<String, String> common,
      Map<String, String> producer,
      Map<String, String> consumer,
      Map<String, String> admin) {
    this(bootstrapServers, common, producer, consumer, admin, DEFAULT_READ_TIMEOUT);
  }

  /** Brokers that need nothing special. */
  public static KafkaSettings at(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, Map.of(), Map.of(), Map.of(), Map.of());
  }

  /** How clients are told to talk to the brokers. */
  SecurityProtocol securityProtocol() {
    String key = CommonClientConfigs.SECURITY_PROTOCOL_CONFIG;
    String name =
        admin.getOrDefault(
            key, common.getOrDefault(key, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL));
    return SecurityProtocol.forName(name);
  }

  /** Out of settings that were checked against {@link #configDef}. */
  public static KafkaSettings from(Settings settings) {
    return new KafkaSettings(
        settings.getString(BOOTSTRAP_SERVERS),
        settings.withPrefix("kafka."),
        settings.withPrefix("producer."),
        settings.withPrefix("consumer."),
        settings.withPrefix("admin."),
        Duration.ofMillis(settings.getLong(READ_TIMEOUT)));
  }

  /** The definitions of all keys about Kafka and the protocol, those for the clients included. */
  public static ConfigDef configDef() {
    ConfigDef definition =
        new ConfigDef()
            .define(
                BOOTSTRAP_SERVERS,
                ConfigDef.Type.STRING,
                "localhost:9092",
                new ConfigDef.NonEmptyString(),
                Importance.HIGH,
                "Kafka brokers to begin with: host:port, several separated by commas.")
            .define(
                READ_TIMEOUT,
                ConfigDef.Type.LONG,
                DEFAULT_READ_TIMEOUT.toMillis(),
                ConfigDef.Range.atLeast(1),
                Importance.MEDIUM,
                "How long, in milliseconds, a read to a topic's end may make no progress, for"
                    + " example because another producer's transaction is open there. Then it fails"
                    + " and names that producer.");
    ProtocolSettings.define(definition);
    ClientKeys.define(definition);
    return definition;
  }
}
