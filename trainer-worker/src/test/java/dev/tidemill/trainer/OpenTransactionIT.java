package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.OpenTransactionException;
import dev.tidemill.runtime.Health;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Another producer's transaction is open, with committed records behind it. */
@WithKafka
class OpenTransactionIT {
  private final KafkaCluster kafka;

  OpenTransactionIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void boundedReadWaitsForOpenTransactionAndNamesIt() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    String id = UniqueName.of("foreign");
    try (Producer<byte[], byte[]> foreign = open(on, id, on.topics.batches())) {
      on.send(1, 0, 8);
      try (TestTrainer trainer = TestTrainer.start(on, "trainer.exit.at.end", "true")) {
        trainer.awaitState(Health.State.DEGRADED);
        assertThat(trainer.worker.health().detail())
            .contains("lie behind an open transaction of producer")
            .contains(id);
        foreign.abortTransaction();
        trainer.finished();
      }
    }
    assertThat(on.newest().getSamples()).isEqualTo(8);
  }

  @Test
  void boundedReadFailsAfterReadTimeout() throws Exception {
    ModelTopics on =
        ModelTopics.create(kafka.bootstrapServers(), 1).with(Map.of("read.timeout.ms", "2000"));
    String id = UniqueName.of("foreign");
    try (Producer<byte[], byte[]> foreign = open(on, id, on.topics.batches())) {
      on.send(1, 0, 8);
      try (TestTrainer trainer = TestTrainer.start(on, "trainer.epochs", "2")) {
        assertThat(trainer.ended().cause())
            .isInstanceOf(OpenTransactionException.class)
            .hasMessageContaining(id)
            .hasMessageContaining("read.timeout.ms");
      }
      foreign.abortTransaction();
    }
  }

  /** Regression: the trainer read an old manifest, and published a second version 2. */
  @Test
  void readsLineageBehindOpenTransaction() throws Exception {
    ModelTopics on =
        ModelTopics.create(kafka.bootstrapServers(), 1).with(Map.of("read.timeout.ms", "2000"));
    String id = UniqueName.of("foreign");
    on.send(1, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    try (Producer<byte[], byte[]> foreign = open(on, id, on.topics.checkpoints())) {
      on.send(2, 0, 8);
      TestTrainer second = TestTrainer.start(on, "trainer.exit.at.end", "true");
      assertThat(second.ended().cause())
          .isInstanceOf(OpenTransactionException.class)
          .hasMessageContaining(on.topics.checkpoints())
          .hasMessageContaining(id);
      second.close();
      foreign.abortTransaction();
    }
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.lineage().verify()).isEmpty();
  }

  private static Producer<byte[], byte[]> open(ModelTopics on, String id, String topic)
      throws Exception {
    Producer<byte[], byte[]> foreign = on.clients.transactionalProducer("foreign", id);
    foreign.initTransactions();
    foreign.beginTransaction();
    // A tombstone of a version that does not exist, or an invalid batch.
    Object unused = foreign.send(new ProducerRecord<>(topic, 0, new byte[] {1}, null)).get();
    return foreign;
  }
}
