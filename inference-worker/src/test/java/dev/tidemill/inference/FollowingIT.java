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

/** What keeps new versions from a worker does not keep it from serving the one that it has. */
@WithKafka
class FollowingIT {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

  private Lab lab;

  @BeforeEach
  void makeTopics(KafkaCluster kafka) throws Exception {
    lab = Lab.create(kafka.bootstrapServers());
    lab.publish(1);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void servesOnWhenCheckpointsAreMadeAnewAndFollowsAgainWhenTheyAreRestored() throws Exception {
    lab.publish(2);
    List<ConsumerRecord<byte[], byte[]>> records =
        TopicReader.committed(lab.bootstrapServers, lab.topics.checkpoints());
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> worker.health().isReady());
      recreateCheckpoints();
      await().until(() -> condition(worker, ServingConditions.FOLLOWING).isPresent());
      await()
          .until(
              () -> cause(worker, ServingConditions.FOLLOWING).contains("deleted and recreated"));
      assertThat(cause(worker, ServingConditions.FOLLOWING))
          .contains("version 2 is served on")
          .contains("restart the worker");
      lab.ask(0);
      await().until(() -> lab.predictions().size() == 1);

      for (ConsumerRecord<byte[], byte[]> record : records) {
        lab.producer
            .send(
                new ProducerRecord<>(
                    record.topic(), record.partition(), record.key(), record.value()))
            .get();
      }
      await().until(() -> worker.health().isReady());
      lab.publish(3);
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(3)));
    }
    lab.assertEachIsAnsweredOnce(1);
  }

  @Test
  void waitsForAForeignTransactionWhenItStartsAndSaysWhose() throws Exception {
    String foreign = UniqueName.of("somebody-else");
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
  void saysWhoseTransactionHoldsNewVersionsBackWhileItServes() throws Exception {
    String foreign = UniqueName.of("somebody-else");
    try (InferenceWorker worker = worker()) {
      worker.start();
      await().until(() -> worker.health().isReady());
      try (Producer<byte[], byte[]> transaction = open(foreign)) {
        lab.publish(2);
        await().until(() -> cause(worker, ServingConditions.VERSIONS_HELD_BACK).contains(foreign));
        assertThat(cause(worker, ServingConditions.VERSIONS_HELD_BACK))
            .contains("version 1 is served on")
            .containsPattern("a transaction of producer \\d+ ");
        lab.ask(0);
        await().until(() -> lab.predictions().size() == 1);
        transaction.abortTransaction();
      }
      await().until(() -> worker.servingVersion().equals(OptionalLong.of(2)));
      await().until(() -> worker.health().isReady());
    }
  }

  private InferenceWorker worker() {
    return lab.worker("w", new LinearEngine(), READ_TIMEOUT);
  }

  /** Somebody else's transaction among the checkpoints. */
  private Producer<byte[], byte[]> open(String transactionalId) {
    Producer<byte[], byte[]> producer =
        lab.clients.transactionalProducer("foreign", transactionalId);
    producer.initTransactions();
    producer.beginTransaction();
    var unused =
        producer.send(new ProducerRecord<>(lab.topics.checkpoints(), 0, new byte[] {'x'}, null));
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
    try (Admin admin = lab.clients.admin("recreate")) {
      admin.deleteTopics(List.of(lab.topics.checkpoints())).all().get();
    }
    // A broker may still delete the former one.
    await().until(() -> lab.createTopics().contains(lab.topics.checkpoints()));
  }
}
