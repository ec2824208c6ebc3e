package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.testbed.KafkaCluster;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class BrokerReachabilityIT {
  private static final String PLAIN_LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
          + " password=\"p\";";

  private final String bootstrap = KafkaCluster.embedded().bootstrapServers();

  @Test
  void reportsAListenerWithoutTls() {
    assertThatThrownBy(() -> reach(Map.of("security.protocol", "SSL")))
        .isInstanceOf(UnreachableBrokerException.class)
        .hasMessageContaining(
            bootstrap + " is Kafka without TLS; set kafka.security.protocol=PLAINTEXT");
  }

  @Test
  void reportsAListenerWithoutSasl() {
    assertThatThrownBy(
            () ->
                reach(
                    Map.of(
                        "security.protocol",
                        "SASL_PLAINTEXT",
                        "sasl.mechanism",
                        "PLAIN",
                        "sasl.jaas.config",
                        PLAIN_LOGIN)))
        .isInstanceOf(UnreachableBrokerException.class)
        .hasMessageContaining("SASL")
        .hasMessageContaining("kafka.security.protocol");
  }

  /**
   * A slow broker on a busy machine must not look like one whose advertised.listeners are wrong.
   */
  @Test
  void waitsForASlowBroker() {
    KafkaSettings settings = KafkaSettings.at(bootstrap);
    try (Admin admin = new KafkaClients(settings).admin("test")) {
      assertThatCode(() -> BrokerReachability.await(admin, settings, Duration.ofMillis(1)))
          .doesNotThrowAnyException();
    }
    assertThat(ConnectionDiagnosis.of(settings))
        .isEqualTo(
            "Kafka answers at "
                + bootstrap
                + ", but too slowly; check the load of the brokers and of this machine");
  }

  @Test
  void returnsTheAdvertisedBrokers() {
    int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));

    ListenerProbe.Finding finding = ListenerProbe.probe("127.0.0.1", port);

    assertThat(finding.outcome()).isEqualTo(ListenerProbe.Outcome.KAFKA);
    assertThat(finding.advertised()).containsExactly(bootstrap);
  }

  private void reach(Map<String, String> common) {
    KafkaClients clients =
        new KafkaClients(new KafkaSettings(bootstrap, common, Map.of(), Map.of(), Map.of()));
    try (TopicAdmin admin = new TopicAdmin(clients, "test")) {
      admin.reach(Duration.ofSeconds(5));
    }
  }
}
