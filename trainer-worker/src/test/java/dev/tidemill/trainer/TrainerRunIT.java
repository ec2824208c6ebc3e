package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithKafka
class TrainerRunIT {
  private final KafkaCluster kafka;

  TrainerRunIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void readsBoundedRangeInEachEpochAndLearns() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, ModelTopics.sizes(20, 10));
    try (TestTrainer trainer =
        TestTrainer.start(on, "trainer.epochs", "6", "checkpoint.interval.samples", "64")
            .finished()) {
      assertThat(trainer.worker.health().state()).isEqualTo(Health.State.STOPPED);
      assertThat(trainer.epochs).extracting(EpochSummary::samples).containsOnly(200L).hasSize(6);
      assertThat(trainer.epochs.get(5).loss()).isLessThan(trainer.epochs.get(0).loss());
      assertThat(trainer.epochs.get(5).accuracy()).isGreaterThan(0.9);
      assertThat(trainer.progress)
          .extracting(p -> p.getPhase())
          .contains(TrainerPhase.STANDBY, TrainerPhase.EPOCH_END, TrainerPhase.FINISHED);
      assertThat(trainer.progress.get(trainer.progress.size() - 1))
          .extracting(p -> p.getVersion(), p -> p.getSamples())
          .containsExactly(24L, 1200L);
      assertThat(trainer.metrics.scrape()).contains("tidemill_samples_trained_total");
    }
    Checkpoint newest = on.newest();
    assertThat(newest.getSamples()).isEqualTo(1200);
    assertThat(newest.getSteps()).isEqualTo(6 * 25);
    assertThat(newest.getVersion()).isEqualTo(6 * 4);
    assertThat(newest.getPositions()).containsExactly(new ReadPosition(0, 6, 20L, 0));
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    assertThat(on.state(newest).counters().samples()).isEqualTo(1200);
  }

  @Test
  void finishedRunContinuesWithMoreEpochsThenNewRecords() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 10, 7);
    TestTrainer.start(on, "trainer.epochs", "2").finished().close();
    try (TestTrainer again = TestTrainer.start(on, "trainer.epochs", "2").finished()) {
      assertThat(again.notices).anyMatch(notice -> notice.startsWith("nothing new on "));
      assertThat(again.checkpoints).isEmpty();
    }
    TestTrainer.start(on, "trainer.epochs", "3").finished().close();
    assertThat(on.newest().getRun()).isEqualTo(1);
    assertThat(on.newest().getSamples()).isEqualTo(51);

    on.send(2, 0, 5);
    TestTrainer.start(on, "trainer.epochs", "3").finished().close();
    assertThat(on.newest().getRun()).isEqualTo(2);
    assertThat(on.newest().getSamples()).isEqualTo(51 + 15);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void endlessRunExitsAtLogEnd() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 2);
    on.send(1, 0, 5, 5, 5);
    on.send(2, 1, 3, 20);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(38);
    assertThat(on.newest().getEpochs()).isZero();

    on.send(3, 1, 4);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(42);
    assertThat(on.newest().getRun()).isEqualTo(1);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void readsPartitionsOfDifferentLengthsInEachEpoch() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 4);
    on.send(1, 0, ModelTopics.sizes(10, 7));
    on.send(2, 1, ModelTopics.sizes(3, 30));
    on.send(3, 3, 1, 1, 1);
    String[] run = {
      "trainer.epochs", "3", "checkpoint.interval.samples", "20", "trainer.queue.records", "2"
    };
    try (TestTrainer trainer = TestTrainer.start(on, run).finished()) {
      assertThat(trainer.epochs).extracting(EpochSummary::samples).containsOnly(163L).hasSize(3);
    }
    assertThat(on.newest().getPositions())
        .containsExactly(
            new ReadPosition(0, 3, 10L, 0),
            new ReadPosition(1, 3, 3L, 0),
            new ReadPosition(2, 3, 0L, 0),
            new ReadPosition(3, 3, 3L, 0));
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void endlessRunTrainsArrivingRecordsAndPublishesAtClose() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitState(Health.State.READY);
      on.send(1, 0, 20);
      trainer.awaitVersion(2);
      on.send(2, 0, 4);
      trainer.awaitVersion(3);
      on.send(3, 0, 3);
    }
    Checkpoint newest = on.newest();
    assertThat(newest.getPositions()).containsExactly(new ReadPosition(0, 1, 2L, 0));
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void runOverOffsetsWithoutRecordsPublishesNothing() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendInTransaction(1, true, 8, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    long trained = on.newestVersion();
    on.sendInTransaction(2, false, 8, 8);
    TestTrainer.start(on, "trainer.epochs", "4").finished().close();
    assertThat(on.newestVersion()).isEqualTo(trained);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void passesTransactionMarkersAndAbortedRecords() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendInTransaction(1, true, 8, 8);
    on.sendInTransaction(2, false, 8, 8);
    on.sendInTransaction(3, true, 5);
    TestTrainer.start(on, "trainer.epochs", "2").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(42);
    assertThat(on.newest().getPositions()).containsExactly(new ReadPosition(0, 2, 8L, 0));
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void fullBatchMakesOneStepPerEpoch() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 100, 100, 50);
    try (TestTrainer trainer =
        TestTrainer.start(
                on,
                LinearEngine.spec().withOverrides(java.util.Map.of("batch-size", "full")),
                new LinearEngine(),
                "trainer.epochs",
                "3")
            .finished()) {
      assertThat(trainer.epochs)
          .extracting(EpochSummary::samples)
          .containsExactly(250L, 250L, 250L);
    }
    assertThat(on.newest().getSteps()).isEqualTo(3);
    assertThat(on.newest().getVersion()).isEqualTo(3);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void reportsNothingToTrain() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    try (TestTrainer trainer = TestTrainer.start(on, "trainer.epochs", "2")) {
      Health end = trainer.ended();
      assertThat(end.cause())
          .isInstanceOf(NothingToTrainException.class)
          .hasMessageContaining(on.topics.batches());
      assertThat(List.copyOf(trainer.checkpoints)).isEmpty();
    }
  }

  @Test
  void failedSnapshotCopyEndsTrainerWithoutVersion() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 20);
    LinearEngine engine =
        new LinearEngine(
            step -> {},
            () -> {
              throw new IllegalStateException("the device is gone");
            });
    try (TestTrainer trainer =
        TestTrainer.start(on, LinearEngine.spec(), engine, "trainer.exit.at.end", "true")) {
      assertThat(trainer.ended().cause()).hasMessage("the device is gone");
      assertThat(trainer.checkpoints).isEmpty();
    }
    assertThat(on.newestVersion()).isZero();
  }
}
