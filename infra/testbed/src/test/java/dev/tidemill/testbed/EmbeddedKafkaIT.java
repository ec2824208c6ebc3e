package dev.tidemill.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@WithKafka
final class EmbeddedKafkaIT extends KafkaClusterChecks {
  @Test
  void isSharedByAllTestsOfTheJvm(KafkaCluster kafka) {
    kafka.close();
    assertThat(KafkaCluster.embedded().bootstrapServers()).isEqualTo(kafka.bootstrapServers());
    assertThat(kafka.newTopic("after-close", 1)).startsWith("after-close-");
  }

  @Test
  void startsItsOwnBrokers() {
    try (KafkaCluster three = KafkaCluster.embedded(3)) {
      assertThat(three.bootstrapServers().split(",")).hasSize(3);
      assertThat(three.newTopic("replicated", 3)).startsWith("replicated-");
    }
  }
}
