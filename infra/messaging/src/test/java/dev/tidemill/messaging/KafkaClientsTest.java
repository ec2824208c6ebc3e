package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.runtime.InvalidSettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  @Test
  void namesTheBrokerThatDoesNotAnswer() {
    // Port 1 is reserved: nothing listens there.
    try (TopicAdmin admin =
        new TopicAdmin(new KafkaClients(KafkaSettings.at("127.0.0.1:1")), "test")) {
      assertThatThrownBy(() -> admin.reach(Duration.ofSeconds(1)))
          .isInstanceOf(UnreachableBrokerException.class)
          .hasMessage(
              "no Kafka broker answers at 127.0.0.1:1 (waited 1 s): nothing listens at 127.0.0.1:1;"
                  + " start the broker, or check the port in bootstrap.servers");
    }
  }

  @Test
  void namesTheUnresolvableHost() {
    KafkaClients clients = new KafkaClients(KafkaSettings.at("no-such-host.invalid:9092"));

    assertThatThrownBy(() -> clients.producer("test"))
        .isInstanceOf(UnreachableBrokerException.class)
        .hasMessageContaining("no-such-host.invalid:9092");
  }

  @Test
  void rejectsAnAddressWithoutAPort() {
    KafkaClients clients = new KafkaClients(KafkaSettings.at("localhost"));

    assertThatThrownBy(() -> clients.assignedConsumer("test"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("localhost");
  }

  @Test
  void rejectsMissingCredentials() {
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                "localhost:9092",
                Map.of("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"),
                Map.of(),
                Map.of(),
                Map.of()));

    assertThatThrownBy(() -> clients.admin("test"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("kafka.sasl.jaas.config");
  }

  @Test
  void rejectsAMissingTrustStore() {
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                "localhost:9092",
                Map.of("security.protocol", "SSL", "ssl.truststore.location", "/no/such/file"),
                Map.of(),
                Map.of(),
                Map.of()));

    assertThatThrownBy(() -> clients.admin("test"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("/no/such/file");
  }

  @Test
  void rejectsContradictorySettings() {
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                "localhost:9092",
                Map.of(),
                Map.of("max.in.flight.requests.per.connection", "6"),
                Map.of(),
                Map.of()));

    assertThatThrownBy(() -> clients.transactionalProducer("test", "id"))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("max.in.flight");
  }
}
