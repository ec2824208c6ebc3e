package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.ColumnSurvey;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractDeriver;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Batches that differ from the contract's reference are not learned from. */
@WithKafka
class DataGateIT {
  private static final int BATCH = 32;

  private final ModelTopics on;

  DataGateIT(KafkaCluster kafka) {
    on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  /** Sends clean batches, and then some whose third feature is 0. */
  private void send(int clean, int zeroed) throws Exception {
    Random random = new Random(3);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    ContractLog log = ContractLog.of(on.clients, on.codec, on.topics, "it-contract");
    records.add(log.record(contract(random).record()));
    for (int i = 0; i < clean + zeroed; i++) {
      TrainingBatch batch = ModelTopics.batch(random, BATCH);
      batch.setContract(1);
      if (i >= clean) {
        zero(batch.getInputs().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      records.add(on.record(0, batch));
    }
    on.sendAll(records);
  }

  private static void zero(ByteBuffer inputs) {
    for (int i = 0; i < BATCH; i++) {
      inputs.putFloat((i * LinearEngine.FEATURES + 2) * Float.BYTES, 0);
    }
  }

  private static Contract contract(Random random) {
    List<ColumnSurvey> columns =
        IntStream.range(0, LinearEngine.FEATURES).mapToObj(f -> new ColumnSurvey("f" + f)).toList();
    ColumnSurvey label = new ColumnSurvey("label");
    for (int i = 0; i < 100; i++) {
      TrainingBatch batch = ModelTopics.batch(random, BATCH);
      ByteBuffer inputs = batch.getInputs().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      ByteBuffer labels = batch.getLabels().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
      for (int s = 0; s < BATCH; s++) {
        columns.forEach(column -> column.add(inputs.getFloat()));
        label.add(labels.getInt());
      }
    }
    return ContractDeriver.derive(columns, List.of(label), DeriveOptions.DEFAULT)
        .asFirst("m", "test", Instant.EPOCH);
  }

  private TestTrainer train(String gate) throws Exception {
    return TestTrainer.start(on, "trainer.epochs", "2", "data.gate", gate).finished();
  }

  @Test
  void quarantinesAndNeverTrainsFeatureThatTurnsZero() throws Exception {
    send(6, 4);
    try (TestTrainer trainer = train("quarantine")) {
      assertThat(trainer.epochs)
          .extracting(EpochSummary::samples)
          .containsExactly(6L * BATCH, 6L * BATCH);
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_batches_out_of_bounds_total\\{[^}]*\\} 4\\.0");
    }
    assertThat(on.deadLetters()).hasSize(4);
    assertThat(on.deadLetters())
        .extracting(DeadLetter::getReason)
        .allMatch(
            reason ->
                reason.startsWith("out of bounds (data.gate=quarantine): feature `f2`: ")
                    && reason.contains("the mean is 0"));
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void warnsOnceForEachFeatureAndTrains() throws Exception {
    send(6, 4);
    try (TestTrainer trainer = train("warn")) {
      assertThat(trainer.epochs)
          .extracting(EpochSummary::samples)
          .containsExactly(10L * BATCH, 10L * BATCH);
      assertThat(trainer.notices)
          .filteredOn(notice -> notice.contains("out of bounds"))
          .singleElement()
          .asString()
          .contains("data.gate=warn")
          .contains("`f2`");
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_batches_out_of_bounds_total\\{[^}]*\\} 4\\.0");
    }
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void comparesNothingIfOff() throws Exception {
    send(6, 4);
    try (TestTrainer trainer = train("off")) {
      assertThat(trainer.epochs).extracting(EpochSummary::samples).contains(10L * BATCH);
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_batches_out_of_bounds_total\\{[^}]*\\} 0\\.0");
    }
    assertThat(on.deadLetters()).isEmpty();
  }
}
