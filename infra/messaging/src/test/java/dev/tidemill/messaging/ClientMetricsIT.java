package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Metrics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

/** The clients' metrics are exported while the clients are open. */
@WithKafka
class ClientMetricsIT {
  private final KafkaCluster kafka;

  ClientMetricsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void sumsClientsOfOneIdUntilTheLastIsClosed() throws Exception {
    KafkaClients clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));
    try (Metrics metrics = new Metrics("digits")) {
      clients.exportTo(metrics.worker("w"));
      try (Admin stays = clients.admin("shared")) {
        double both;
        try (Admin closes = clients.admin("shared")) {
          assertThat(stays.describeCluster().nodes().get()).isNotEmpty();
          double one = connections(metrics);
          assertThat(closes.describeCluster().nodes().get()).isNotEmpty();
          both = connections(metrics);
          assertThat(both).isGreaterThan(one);
        }
        assertThat(connections(metrics)).isGreaterThanOrEqualTo(both);
      }
      assertThat(metrics.scrape()).doesNotContain("shared");
    }
  }

  private static double connections(Metrics metrics) {
    List<String> lines =
        metrics
            .scrape()
            .lines()
            .filter(
                line ->
                    line.startsWith("tidemill_kafka_connections_opened_total{client=\"shared\""))
            .toList();
    assertThat(lines).hasSize(1);
    return Double.parseDouble(lines.get(0).substring(lines.get(0).lastIndexOf(' ') + 1));
  }

  @Test
  void opensClientsOfAUserWithoutReporters() throws Exception {
    KafkaClients clients =
        new KafkaClients(
            new KafkaSettings(
                kafka.bootstrapServers(),
                Map.of("metric.reporters", ""),
                Map.of(),
                Map.of(),
                Map.of()));
    try (Admin admin = clients.admin("an-admin")) {
      assertThat(admin.describeCluster().nodes().get()).isNotEmpty();
    }
  }

  @Test
  void exportsClientsThatAreOpenedBeforeAndAfter() throws Exception {
    KafkaClients clients = new KafkaClients(KafkaSettings.at(kafka.bootstrapServers()));
    try (Metrics metrics = new Metrics("digits")) {
      try (Admin admin = clients.admin("an-admin")) {
        clients.exportTo(metrics.worker("w"));
        try (Producer<byte[], byte[]> producer = clients.producer("a-producer")) {
          assertThat(admin.describeCluster().nodes().get()).isNotEmpty();
          assertThat(metrics.scrape())
              .containsPattern("tidemill_kafka_requests_total\\{client=\"an-admin\".*} [1-9]")
              .containsPattern("tidemill_kafka_sent_bytes_total\\{client=\"an-admin\".*} [1-9]")
              .contains(
                  "tidemill_kafka_record_errors_total{client=\"a-producer\",model=\"digits\"");
          producer.flush();
        }
        assertThat(metrics.scrape()).doesNotContain("a-producer");
      }
      assertThat(metrics.scrape()).doesNotContain("tidemill_kafka");
    }
  }
}
