package dev.tidemill.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Metrics;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
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
