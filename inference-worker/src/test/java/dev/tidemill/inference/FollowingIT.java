package dev.tidemill.inference;

import static dev.tidemill.testbed.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.HealthCondition;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker keeps serving its version while it cannot read new ones. */
@WithKafka
class FollowingIT {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

  private ServingFixture fixture;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    fixture = ServingFixture.create(kafka.bootstrapServers());
    fixture.publish(1);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void keepsServingWhenCheckpointsAreRecreatedAndFollowsAgainOnceRestored() throws Exception {
    fixture.publish(2);
    List<ConsumerRecord<byte[], byte[]>> records =
        TopicReader.committed(fixture.bootstrapServers, fixture.topics.checkpoints());
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> worker.health().isReady());
      recreateCheckpoints();
      await().until(() -> condition(worker, ServingConditions.FOLLOWING).isPresent());
      await()
          .until(
              () -> cause(worker, ServingConditions.FOLLOWING).contains("deleted and recreated"));
      assertThat(cause(worker, ServingConditions.FOLLOWING))
          .contains("still serving version 2")
          .contains("restart the worker");
      fixture.ask(0);
      await().until(() -> fixture.predictions().size() == 1);

      for (ConsumerRecord<byte[], byte[]> record : records) {
        fixture
            .producer
            .send(
                new ProducerRecord<>(
                    record.topic(), record.partition(), record.key(), record.value()))
            .get();
      }
      await().until(() -> worker.health().isReady());
      fixture.publish(3);
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(3)));
    }
    fixture.assertEachIsAnsweredOnce(1);
  }

  @Test
  void namesTheOpenTransactionThatDelaysItsStart() throws Exception {
    String foreign = UniqueName.of("other-producer");
    try (Producer<byte[], byte[]> transaction = open(foreign);
        InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> cause(worker, ServingConditions.FOLLOWING).contains(foreign));
      transaction.abortTransaction();
      await().until(() -> worker.health().isReady());
      assertThat(worker.servingVersion()).hasValue(1);
    }
  }

  @Test
  void namesTheOpenTransactionThatHoldsBackNewVersions() throws Exception {
    String foreign = UniqueName.of("other-producer");
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> worker.health().isReady());
      try (Producer<byte[], byte[]> transaction = open(foreign)) {
        fixture.publish(2);
        await().until(() -> cause(worker, ServingConditions.VERSIONS_HELD_BACK).contains(foreign));
        assertThat(cause(worker, ServingConditions.VERSIONS_HELD_BACK))
            .contains("still serving version 1")
            .containsPattern("a transaction of producer \\d+ ");
        fixture.ask(0);
        await().until(() -> fixture.predictions().size() == 1);
        transaction.abortTransaction();
      }
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(2)));
      await().until(() -> worker.health().isReady());
    }
  }

  private InferenceWorker worker() {
    return fixture.worker("w", new LinearEngine(), READ_TIMEOUT);
  }

  /** Opens another producer's transaction on the checkpoints topic. */
  private Producer<byte[], byte[]> open(String transactionalId) {
    Producer<byte[], byte[]> producer =
        fixture.clients.transactionalProducer("foreign", transactionalId);
    producer.initTransactions();
    producer.beginTransaction();
    var unused =
        producer.send(
            new ProducerRecord<>(fixture.topics.checkpoints(), 0, new byte[] {'x'}, null));
    producer.flush();
    return producer;
  }

  private static Optional<HealthCondition> condition(InferenceWorker worker, String name) {
    return worker.health().conditions().stream()
        .filter(condition -> condition.name().equals(name))
        .findFirst();
  }

  private static String cause(InferenceWorker worker, String name) {
    return condition(worker, name).map(HealthCondition::cause).orElse("");
  }

  private void recreateCheckpoints() throws Exception {
    try (Admin admin = fixture.clients.admin("recreate")) {
      admin.deleteTopics(List.of(fixture.topics.checkpoints())).all().get();
    }
    // The broker may still be deleting the old topic.
    await().until(() -> fixture.createTopics().contains(fixture.topics.checkpoints()));
  }
}
