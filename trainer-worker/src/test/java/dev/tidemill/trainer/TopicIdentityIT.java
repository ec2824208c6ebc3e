package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.messaging.TopicRecreatedException;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@WithKafka
class TopicIdentityIT {
  private static final String[] TO_END = {"trainer.exit.at.end", "true"};

  private final KafkaCluster kafka;

  TopicIdentityIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void gapFoundWhileRunningEndsTrainerDespiteAcceptGap() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer =
            TestTrainer.start(
                on, "checkpoint.interval.samples", "8", "trainer.accept.gap", "true");
        Producer<byte[], byte[]> foreign =
            on.clients.transactionalProducer("foreign", UniqueName.of("foreign"))) {
      trainer.awaitVersion(1);
      // The open transaction keeps the trainer from reading the record before it is deleted.
      foreign.initTransactions();
      foreign.beginTransaction();
      Object unused =
          foreign.send(new ProducerRecord<>(on.topics.batches(), 0, null, new byte[] {1})).get();
      on.deleteBefore(on.topics.batches(), 0, 2);
      assertThat(trainer.ended().cause())
          .isInstanceOf(RecordsLostException.class)
          .hasMessageContaining("offsets 1 to 1 were deleted")
          .hasMessageContaining(
              "start train again with --accept-gap, which takes effect only when train starts");
      foreign.abortTransaction();
    }
    TestTrainer.start(on, "trainer.exit.at.end", "true", "trainer.accept.gap", "true")
        .finished()
        .close();
  }

  @Test
  void refusesBatchesTopicRecreatedWhileStopped() throws Exception {
    ModelTopics on = trained(10);
    on.recreateBatches();
    on.send(2, 0, ModelTopics.sizes(25, 8));
    try (TestTrainer trainer = TestTrainer.start(on, TO_END)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(TopicChangedException.class)
          .hasMessageContaining("topic " + on.topics.batches() + " was recreated")
          .hasMessageContaining("--model")
          .hasMessageContaining("--init");
    }
    assertThat(on.newest().getSamples()).isEqualTo(80);
  }

  @Test
  void endsIfBatchesTopicIsRecreatedWhileRunning() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      on.recreateBatches();
      assertThat(trainer.ended().state()).isEqualTo(Health.State.FAILED);
      assertThat(trainer.worker.health().cause())
          .isInstanceOfAny(
              TopicRecreatedException.class,
              RecordsLostException.class,
              dev.tidemill.messaging.MissingTopicException.class);
    }
  }

  @Test
  void refusesVanishedLineage() throws Exception {
    ModelTopics on = trained(3);
    emptyCheckpoints(on);
    on.send(2, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, TO_END)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(LineageLostException.class)
          .hasMessageContaining("holds no version")
          .hasMessageContaining("group tidemill-" + on.model + "-trainer knows version 1")
          .hasMessageContaining("kafka-consumer-groups --delete");
    }
    assertThat(on.newestVersion()).isZero();
  }

  @Test
  void refusesLineageShorterThanGroupKnows() throws Exception {
    ModelTopics on = trained(3);
    try (Admin admin = on.clients.admin("it-alter")) {
      OffsetAndMetadata tagged =
          new OffsetAndMetadata(9, "version=4 run=1 epoch=1 topic_id=x from=9 refused=0");
      Object unused =
          admin
              .alterConsumerGroupOffsets(
                  "tidemill-" + on.model + "-trainer",
                  Map.of(new TopicPartition(on.topics.batches(), 0), tagged))
              .all()
              .get();
    }
    try (TestTrainer trainer = TestTrainer.start(on, TO_END)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(LineageLostException.class)
          .hasMessageContaining("ends with version 1")
          .hasMessageContaining("knows version 4");
    }
  }

  @Test
  void recordsGapOnlyIfAccepted() throws Exception {
    ModelTopics on = trained(2);
    on.send(2, 0, 8, 8, 8);
    on.deleteBefore(on.topics.batches(), 0, 4);
    try (TestTrainer trainer = TestTrainer.start(on, TO_END)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RecordsLostException.class)
          .hasMessageContaining("offsets 2 to 3 were deleted")
          .hasMessageContaining("start train again with --accept-gap");
    }
    try (TestTrainer trainer =
        TestTrainer.start(on, "trainer.exit.at.end", "true", "trainer.accept.gap", "true")
            .finished()) {
      assertThat(trainer.notices).anyMatch(n -> n.startsWith("gap: partition 0 offsets 2 to 3"));
    }
    assertThat(on.newest().getSamples()).isEqualTo(24);
    assertThat(on.newest().getGaps())
        .extracting(LostRange::getPartition, LostRange::getStart, LostRange::getEnd)
        .containsExactly(org.assertj.core.api.Assertions.tuple(0, 2L, 4L));
    assertThat(on.newest().getRanges()).singleElement().matches(r -> r.getStartOffset() == 4);
    on.send(3, 0, 8);
    TestTrainer.start(on, TO_END).finished().close();
    assertThat(on.newest().getGaps()).isEmpty();
  }

  @Test
  void endlessRunReadsAndRecordsAddedPartitions() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      addPartitions(on, 3);
      on.send(2, 1, 8);
      on.send(3, 2, 8);
      trainer.awaitVersion(3);
      assertThat(trainer.notices)
          .anyMatch(n -> n.startsWith("partition 2 of " + on.topics.batches() + " was added"));
    }
    assertThat(on.newest().getSamples()).isEqualTo(24);
    assertThat(on.newest().getPositions()).hasSize(3);
    assertThat(on.lineage().withPayload(2).orElseThrow().getChanges())
        .anyMatch(change -> change.startsWith("partition 1 of"))
        .anyMatch(change -> change.startsWith("partition 2 of"));
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void boundedRunReportsAddedPartitionsAndLeavesThem() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, ModelTopics.sizes(200, 8));
    Semaphore steps = new Semaphore(0);
    CountDownLatch begun = new CountDownLatch(1);
    LinearEngine stepwise =
        new LinearEngine(
            step -> {
              begun.countDown();
              steps.acquireUninterruptibly();
            });
    try (TestTrainer trainer =
        TestTrainer.start(
            on,
            LinearEngine.spec(),
            stepwise,
            "trainer.epochs",
            "2",
            "trainer.queue.records",
            "1")) {
      begun.await();
      addPartitions(on, 2);
      on.send(2, 1, 8);
      Eventually.await()
          .until(
              () -> {
                steps.release();
                return trainer.notices.stream().anyMatch(n -> n.contains("to the next start"));
              });
      steps.release(1000);
      trainer.finished();
    }
    assertThat(on.newest().getSamples()).isEqualTo(2 * 200 * 8);
    TestTrainer.start(on, "trainer.epochs", "2").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(2 * 201 * 8);
    assertThat(on.lineage().verify()).isEmpty();
  }

  private static void addPartitions(ModelTopics on, int partitions) throws Exception {
    try (Admin admin = on.clients.admin("it-partitions")) {
      Object unused =
          admin
              .createPartitions(Map.of(on.topics.batches(), NewPartitions.increaseTo(partitions)))
              .all()
              .get();
    }
  }

  /** Empties the topic as cleanup.policy=delete with a retention does. */
  private static void emptyCheckpoints(ModelTopics on) throws Exception {
    setPolicy(on, "delete");
    on.deleteBefore(on.topics.checkpoints(), 0, -1);
    setPolicy(on, "compact");
  }

  private static void setPolicy(ModelTopics on, String policy) throws Exception {
    try (Admin admin = on.clients.admin("it-policy")) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, on.topics.checkpoints());
      AlterConfigOp set =
          new AlterConfigOp(new ConfigEntry("cleanup.policy", policy), AlterConfigOp.OpType.SET);
      Object unused = admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
    }
  }

  private ModelTopics trained(int records) throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, ModelTopics.sizes(records, 8));
    TestTrainer.start(on, TO_END).finished().close();
    return on;
  }
}
