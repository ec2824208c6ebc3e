package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@WithKafka
class BadRecordsIT {
  private final KafkaCluster kafka;

  BadRecordsIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  @Test
  void writesOneDeadLetterPerBadRecordAndTrainsTheRest() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.sendAll(goodAndBad(on));
    try (TestTrainer trainer =
        TestTrainer.start(on, "trainer.epochs", "2", "checkpoint.interval.samples", "8")
            .finished()) {
      assertThat(trainer.epochs).extracting(EpochSummary::samples).containsExactly(30L, 30L);
    }
    assertThat(on.deadLetters())
        .extracting(DeadLetter::getTopic, DeadLetter::getPartition, DeadLetter::getOffset)
        .containsExactly(
            tuple(on.topics.batches(), 0, 0L),
            tuple(on.topics.batches(), 0, 2L),
            tuple(on.topics.batches(), 0, 4L),
            tuple(on.topics.batches(), 0, 6L),
            tuple(on.topics.batches(), 0, 8L),
            tuple(on.topics.batches(), 0, 10L),
            tuple(on.topics.batches(), 0, 12L));
    List<String> reasons = on.deadLetters().stream().map(DeadLetter::getReason).toList();
    assertThat(reasons.get(1)).contains("shape");
    assertThat(reasons.get(2)).contains("sample 1").contains("NaN");
    assertThat(reasons.get(3)).contains("sample 2").contains("label 3 is out of range");
    assertThat(reasons.get(4)).contains("sample 0").contains("label -1 is out of range");
    assertThat(reasons.get(6)).contains("sample 1: weight 1.0E-38 is not from 1e-6 to 1e6");
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.lineage().refusedRecords()).isEqualTo(7);
  }

  /** Creates good records of 5 samples at odd offsets, and bad ones at even offsets. */
  private static List<ProducerRecord<byte[], byte[]>> goodAndBad(ModelTopics on) {
    Random random = new Random(3);
    List<TrainingBatch> bad = new ArrayList<>();
    TrainingBatch wrongShape = ModelTopics.batch(random, 3);
    wrongShape.setInputs(Tensors.float32(new long[] {3, 5}, new float[15]));
    bad.add(wrongShape);
    bad.add(ModelTopics.batch(new float[] {0, 0, 0, 0, 0, Float.NaN, 0, 0}, new int[] {0, 1}));
    bad.add(ModelTopics.batch(new float[12], new int[] {0, 1, 3}));
    bad.add(ModelTopics.batch(new float[4], new int[] {-1}));
    bad.add(ModelTopics.batch(new float[0], new int[0]));
    TrainingBatch weightless = ModelTopics.batch(random, 2);
    weightless.setWeights(Tensors.float32(new long[] {2}, new float[] {1, 1e-38f}));
    bad.add(weightless);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    records.add(new ProducerRecord<>(on.topics.batches(), 0, null, new byte[] {1, 2, 3}));
    for (TrainingBatch batch : bad) {
      records.add(on.record(0, ModelTopics.batch(random, 5)));
      records.add(on.record(0, batch));
    }
    return records;
  }

  @Test
  void writesDeadLettersWithoutOtherRecords() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8);
    on.sendAll(List.of(new ProducerRecord<>(on.topics.batches(), 0, null, new byte[] {9})));
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.deadLetters()).hasSize(1);
    on.sendAll(List.of(new ProducerRecord<>(on.topics.batches(), 0, null, null)));
    try (TestTrainer second = TestTrainer.start(on, "trainer.exit.at.end", "true")) {
      assertThat(second.ended().cause())
          .isInstanceOf(RefusedRecordsException.class)
          .hasMessageContaining("1 of 1 records were refused");
    }
    assertThat(on.deadLetters()).hasSize(2);
    assertThat(on.newestVersion()).isEqualTo(1);
    try (TestTrainer third = TestTrainer.start(on, "trainer.exit.at.end", "true").finished()) {
      assertThat(third.notices).anyMatch(notice -> notice.startsWith("nothing new on "));
    }
    on.send(2, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.deadLetters()).hasSize(2);
    assertThat(on.newest().getRefusedRecords()).isEqualTo(1);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void writesDeadLetterLargerThanTheModel() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    byte[] large = new byte[14 << 20];
    new Random(5).nextBytes(large);
    on.sendAll(List.of(new ProducerRecord<>(on.topics.batches(), 0, null, large)));
    on.send(1, 0, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    assertThat(on.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(large)));
    assertThat(on.newest().getSamples()).isEqualTo(8);
  }

  @Test
  void doesNotPublishDivergedModel() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    float[] huge = new float[32];
    java.util.Arrays.fill(huge, 1e30f);
    on.sendAll(List.of(on.record(0, ModelTopics.batch(huge, new int[8]))));
    ModelSpec fast = LinearEngine.spec().withOverrides(Map.of("learning-rate", "1e9"));
    try (TestTrainer trainer =
        TestTrainer.start(on, fast, new LinearEngine(), "trainer.epochs", "3")) {
      Health end = trainer.ended();
      assertThat(end.cause())
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("training has diverged")
          .hasMessageContaining("lower the learning rate");
    }
    assertThat(on.newestVersion()).isZero();
  }

  @Test
  void failsOnRecordsDeletedByRetention() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 1);
    on.send(1, 0, 8, 8);
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
    on.send(2, 0, 8, 8, 8);
    try (Admin admin = on.clients.admin("it-delete")) {
      Object unused =
          admin
              .deleteRecords(
                  Map.of(
                      new TopicPartition(on.topics.batches(), 0), RecordsToDelete.beforeOffset(4)))
              .all()
              .get();
    }
    try (TestTrainer trainer = TestTrainer.start(on, "trainer.exit.at.end", "true")) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RecordsLostException.class)
          .hasMessageContaining("partition 0: training needs offset 2 (epoch 1)")
          .hasMessageContaining("--accept-gap")
          .hasMessageContaining("holds offsets 4 to 5");
    }
    assertThat(on.newest().getSamples()).isEqualTo(16);
  }
}
