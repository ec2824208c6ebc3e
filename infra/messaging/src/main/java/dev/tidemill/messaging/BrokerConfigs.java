package dev.tidemill.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;

/** Reads settings of the brokers. */
public final class BrokerConfigs {
  static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";

  private static final int TIMEOUT_MS = 30_000;

  private BrokerConfigs() {}

  /**
   * Returns how long Kafka keeps the offsets of a group without members.
   *
   * @return the shortest time of all brokers; empty if the principal may not see it
   */
  public static Optional<Duration> offsetsRetention(KafkaClients clients, String clientId) {
    try (Admin admin = clients.admin(clientId)) {
      OptionalLong minutes = smallest(admin, TIMEOUT_MS, "offsets.retention.minutes");
      return minutes.isEmpty()
          ? Optional.empty()
          : Optional.of(Duration.ofMinutes(minutes.getAsLong()));
    }
  }

  /**
   * Returns how long a transaction may be open.
   *
   * @return the shortest time of all brokers; empty if the principal may not see it
   */
  public static Optional<Duration> longestTransaction(Admin admin) {
    OptionalLong millis = smallest(admin, TIMEOUT_MS, LONGEST_TRANSACTION);
    return millis.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(millis.getAsLong()));
  }

  /** Returns the smallest value on any broker; empty if the principal may not see it. */
  static OptionalLong smallest(Admin admin, int timeoutMs, String setting) {
    Collection<Node> nodes =
        KafkaResult.get(
            admin.describeCluster(new DescribeClusterOptions().timeoutMs(timeoutMs)).nodes());
    List<ConfigResource> brokers =
        nodes.stream()
            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
            .toList();
    try {
      return KafkaResult.get(
              admin
                  .describeConfigs(brokers, new DescribeConfigsOptions().timeoutMs(timeoutMs))
                  .all())
          .values()
          .stream()
          .map(config -> config.get(setting))
          .filter(entry -> entry != null && entry.value() != null)
          .mapToLong(entry -> Long.parseLong(entry.value()))
          .min();
    } catch (AuthorizationException e) {
      return OptionalLong.empty();
    }
  }
}
