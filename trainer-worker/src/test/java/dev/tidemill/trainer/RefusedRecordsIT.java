package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

@WithKafka
class RefusedRecordsIT {
  private final KafkaCluster kafka;

  RefusedRecordsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void failsWithoutVersionIfAllRecordsAreRefused() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendRefused(0, 170, 20);
    String[] patient = {"trainer.epochs", "2", "max.refused.share", "1"};
    try (TestTrainer trainer = TestTrainer.start(on, patient)) {
      Health end = trainer.ended();
      assertThat(end.state()).isEqualTo(Health.State.FAILED);
      assertThat(end.cause())
          .isInstanceOf(RefusedRecordsException.class)
          .hasMessageContaining("nothing was trained")
          .hasMessageContaining("170 of 170 records were refused");
      assertThat(trainer.checkpoints).isEmpty();
      assertThat(trainer.epochs).extracting(EpochSummary::refusedRecords).containsExactly(170L);
      assertThat(trainer.notices).anyMatch(notice -> notice.startsWith("refused a record"));
      assertThat(trainer.progress.get(trainer.progress.size() - 1).getRefusedRecords())
          .isEqualTo(170);
    }
    assertThat(on.newestVersion()).isZero();
    assertThat(offsets(on)).isEqualTo(LongStream.range(0, 170).boxed().toList());

    try (TestTrainer again = TestTrainer.start(on, patient)) {
      assertThat(again.ended().cause())
          .isInstanceOf(NothingToTrainException.class)
          .hasMessageContaining("170 were refused before");
    }
    on.send(1, 0, 16);
    TestTrainer.start(on, patient).finished().close();
    assertThat(on.newest().getVersion()).isEqualTo(2);
    assertThat(on.lineage().withPayload(1).orElseThrow().getRefusedRecords()).isEqualTo(170);
    assertThat(offsets(on)).hasSize(170);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void stopsWithReasonsAboveMaxRefusedShare() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, ModelTopics.sizes(50, 3));
    on.sendRefused(0, 150, 20);
    on.send(2, 0, ModelTopics.sizes(50, 3));
    try (TestTrainer trainer = TestTrainer.start(on)) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RefusedRecordsException.class)
          .hasMessageContaining("100 of 150 records were refused")
          .hasMessageContaining("max.refused.share=0.1");
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_dead_letters_total\\{[^}]*\\} 100\\.0");
    }
    assertThat(on.newest().getSamples()).isEqualTo(150);
    assertThat(offsets(on)).isEqualTo(LongStream.range(50, 150).boxed().toList());
    // With another setting it continues, and reads each record once.
    TestTrainer.start(on, "trainer.exit.at.end", "true", "max.refused.share", "1")
        .finished()
        .close();
    assertThat(on.newest().getSamples()).isEqualTo(300);
    assertThat(offsets(on)).isEqualTo(LongStream.range(50, 200).boxed().toList());
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Regression: the trainer mistook deleted transaction markers for lost records. */
  @Test
  void toleratesDeletedTransactionMarkers() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendInTransaction(1, true, 8);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.ms", "1000")) {
      trainer.awaitVersion(1);
      on.sendInTransaction(2, false, 8, 8);
      Eventually.await().until(() -> offset(on) == 5);
    }
    assertThat(on.newest().getPositions().get(0).getOffset()).isLessThan(5);
    on.deleteBefore(on.topics.batches(), 0, 5);
    on.sendInTransaction(3, true, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(16);
    assertThat(on.newest().getGaps())
        .allSatisfy(gap -> assertThat(gap.getReason()).contains("after they were passed"));
  }

  @Test
  void closeCommitsPass() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      on.sendRefused(0, 2, 10);
      Eventually.await()
          .until(
              () ->
                  trainer
                      .metrics
                      .scrape()
                      .contains("topic=\"batches\",worker=\"" + trainer.worker.name() + "\"} 2.0"));
    }
    assertThat(offset(on)).isEqualTo(3);
    OffsetAndMetadata committed = Objects.requireNonNull(on.groupOffset(0));
    assertThat(committed.metadata())
        .contains("version=1 run=1 epoch=1 topic_id=" + on.newest().getTopicId())
        .contains("from=1 refused=2");
    assertThat(on.newestVersion()).isEqualTo(1);
  }

  private static long offset(ModelTopics on) throws Exception {
    OffsetAndMetadata committed = on.groupOffset(0);
    return committed == null ? 0 : committed.offset();
  }

  private static List<Long> offsets(ModelTopics on) {
    return on.deadLetters().stream().map(DeadLetter::getOffset).sorted().toList();
  }
}
