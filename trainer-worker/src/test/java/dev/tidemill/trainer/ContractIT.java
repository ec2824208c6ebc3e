package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.UniqueName;
import dev.tidemill.testbed.WithKafka;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A trainer checks each batch against the data contract that it names. */
@WithKafka
class ContractIT {
  private final ModelTopics on;
  private final Random random = new Random(5);

  ContractIT(KafkaCluster kafka) {
    on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private static final String FEATURES =
      "features: [{name: a}, {name: b}, {name: c}, {name: d%s}]\n";

  static Contract contract(String firstFeature, String classes) {
    return ContractFile.parse(
            FEATURES.formatted(firstFeature) + "label: {name: kind, classes: [" + classes + "]}")
        .asFirst("m", "test", Instant.EPOCH);
  }

  private void write(Contract contract) throws Exception {
    ContractLog log = ContractLog.of(on.clients, on.codec, on.topics, "it-contract");
    on.sendAll(List.of(log.record(contract.record())));
  }

  private ProducerRecord<byte[], byte[]> batch(int contract) {
    return record(contract, ModelTopics.batch(random, 8));
  }

  private ProducerRecord<byte[], byte[]> record(int contract, TrainingBatch batch) {
    batch.setContract(contract);
    return on.record(0, batch);
  }

  private List<String> refusals() {
    return on.deadLetters().stream().map(DeadLetter::getReason).toList();
  }

  private void train() throws Exception {
    TestTrainer.start(on, "trainer.exit.at.end", "true").finished().close();
  }

  @Test
  void refusesBatchesThatDoNotConformAndTrainsTheRest() throws Exception {
    write(contract("", "elm, oak"));
    TrainingBatch bytes = ModelTopics.batch(random, 8);
    bytes.setInputs(Tensors.uint8(new long[] {8, 4}, new byte[32]));
    TrainingBatch wide = ModelTopics.batch(random, 2);
    wide.setInputs(Tensors.float32(new long[] {2, 5}, new float[10]));
    on.sendAll(
        List.of(
            record(1, ModelTopics.batch(new float[16], new int[] {0, 1, 1, 0})),
            batch(0),
            batch(2),
            record(1, bytes),
            record(1, wide),
            record(1, ModelTopics.batch(new float[12], new int[] {0, 1, 2})),
            record(1, ModelTopics.batch(new float[16], new int[] {1, 1, 1, 0}))));
    train();
    List<String> reasons = refusals();
    assertThat(reasons).hasSize(5);
    assertThat(reasons.get(0))
        .contains("names no data contract, but model " + on.model + " has version 1");
    assertThat(reasons.get(1))
        .contains("names data contract version 2")
        .contains(on.topics.contract() + " has only [1]");
    assertThat(reasons.get(2))
        .contains("inputs are UINT8, but data contract version 1 has FLOAT32");
    assertThat(reasons.get(3))
        .contains("inputs have shape [2, 5]")
        .contains("samples of shape [4]");
    assertThat(reasons.get(4)).contains("sample 2: label 2").contains("has 2 classes");
    assertThat(on.newest().getSamples()).isEqualTo(8);
    assertThat(on.newest().getContract()).isEqualTo(1);
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Metadata says nothing about the data: the contract does. */
  @Test
  void trainsBatchWithForeignMetadata() throws Exception {
    write(contract("", "elm, oak, yew"));
    TrainingBatch foreign = ModelTopics.batch(random, 8);
    foreign.setMetadata(Map.of("class.names", "oak;elm", "mean", "[0.5"));
    on.sendAll(List.of(record(1, foreign)));
    train();
    assertThat(on.newest().getSamples()).isEqualTo(8);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void recordsContractInManifestAndWeights() throws Exception {
    Contract first = contract("", "elm, oak, yew");
    write(first);
    on.sendAll(List.of(batch(1)));
    train();
    assertThat(on.newest().getContract()).isEqualTo(1);
    assertThat(header()).contains("\"tidemill.contract\":\"1\"");

    write(first.followedBy(contract(", maximum: 9", "elm, oak, yew"), "test", Instant.EPOCH));
    on.sendAll(List.of(batch(1), batch(2)));
    train();
    assertThat(on.newest().getContract()).isEqualTo(2);
    assertThat(on.state(on.newest()).contract()).isEqualTo(2);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void stopsIfAnotherContractHasTheNumberOfTheOneThatItTrainedWith() throws Exception {
    write(contract("", "elm, oak, yew"));
    on.sendAll(List.of(batch(1)));
    train();
    on.recreate(Topics.Name.CONTRACT);
    write(contract("", "yew, oak, elm"));
    on.sendAll(List.of(batch(1)));
    try (TestTrainer trainer = TestTrainer.start(on, "trainer.exit.at.end", "true")) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(ContractChangedException.class)
          .hasMessageContaining("version 1 of model " + on.model)
          .hasMessageContaining("data contract version 1")
          .hasMessageContaining("topic " + on.topics.contract() + " was recreated")
          .hasMessageContaining("topic.contract")
          .hasMessageContaining("--init");
    }
    assertThat(on.newest().getSamples()).isEqualTo(8);
    assertThat(on.deadLetters()).isEmpty();
  }

  /** Two versions make one: the newer one, which the model was trained with, is gone. */
  @Test
  void stopsIfTheTopicLacksTheContractThatItTrainedWith() throws Exception {
    Contract first = contract("", "elm, oak, yew");
    write(first);
    write(first.followedBy(contract(", maximum: 9", "elm, oak, yew"), "test", Instant.EPOCH));
    on.sendAll(List.of(batch(2)));
    train();
    on.recreate(Topics.Name.CONTRACT);
    write(contract(", mean: 3", "elm, oak, yew"));
    try (TestTrainer trainer = TestTrainer.start(on, "trainer.exit.at.end", "true")) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(ContractChangedException.class)
          .hasMessageContaining("data contract version 2")
          .hasMessageContaining(on.topics.contract() + " does not have it");
    }
  }

  @Test
  void continuesWithARestoredContract() throws Exception {
    write(contract("", "elm, oak, yew"));
    on.sendAll(List.of(batch(1)));
    train();
    on.recreate(Topics.Name.CONTRACT);
    Contract restored = contract("", "elm, oak, yew");
    restored.record().setCreatedAt(Instant.ofEpochSecond(7));
    write(restored);
    on.sendAll(List.of(batch(1)));
    train();
    assertThat(on.newest().getSamples()).isEqualTo(16);
  }

  private String header() {
    return StandardCharsets.UTF_8
        .decode(SafeTensors.write(on.state(on.newest()), false))
        .toString();
  }

  @Test
  void readsContractThatIsNewerThanTheTerm() throws Exception {
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      on.sendAll(List.of(batch(0)));
      trainer.awaitVersion(1);
      assertThat(trainer.checkpoints.get(0).getContract()).isZero();
      write(contract("", "elm, oak, yew"));
      on.sendAll(List.of(batch(1)));
      trainer.awaitVersion(2);
    }
    assertThat(on.newest().getContract()).isEqualTo(1);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void refusesBatchesOfReplacedContract() throws Exception {
    Contract first = contract("", "elm, oak, yew");
    write(first);
    write(first.followedBy(contract(", mean: 3", "elm, oak, yew"), "test", Instant.EPOCH));
    on.sendAll(List.of(batch(1), batch(2)));
    train();
    assertThat(refusals())
        .singleElement()
        .asString()
        .contains("names data contract version 1, which was replaced")
        .contains("prepared with version 2");
    assertThat(on.newest().getSamples()).isEqualTo(8);
  }

  @Test
  void endlessRunWaitsForTheContractBehindAnOpenTransaction() throws Exception {
    String foreign = UniqueName.of("other-producer");
    ModelTopics hasty = on.with(Map.of("read.timeout.ms", "1000"));
    try (Producer<byte[], byte[]> open = on.clients.transactionalProducer("foreign", foreign)) {
      open.initTransactions();
      open.beginTransaction();
      Object unused =
          open.send(new ProducerRecord<>(on.topics.contract(), 0, new byte[] {'x'}, null)).get();
      write(contract("", "elm, oak, yew"));
      on.sendAll(List.of(batch(1)));
      try (TestTrainer trainer = TestTrainer.start(hasty, "checkpoint.interval.samples", "8")) {
        Eventually.await()
            .until(() -> trainer.worker.health().conditions().toString().contains(foreign));
        assertThat(trainer.worker.health().state()).isEqualTo(Health.State.DEGRADED);
        open.abortTransaction();
        trainer.awaitVersion(1);
        trainer.awaitState(Health.State.READY);
      }
    }
    assertThat(on.newest().getContract()).isEqualTo(1);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void saysThatTheContractWasReplaced() throws Exception {
    Contract first = contract("", "elm, oak, yew");
    write(first);
    on.sendAll(List.of(batch(1)));
    train();
    write(first.followedBy(contract(", mean: 3", "elm, oak, yew"), "test", Instant.EPOCH));
    on.sendAll(List.of(batch(2)));
    try (TestTrainer trainer = TestTrainer.start(on, "trainer.exit.at.end", "true").finished()) {
      assertThat(trainer.notices)
          .anyMatch(notice -> notice.startsWith("data contract version 2 replaced version 1"));
    }
    assertThat(on.newest().getContract()).isEqualTo(2);
  }

  @Test
  void saysWhichSettingMayBeMissingIfTheContractTopicIsEmpty() throws Exception {
    on.sendAll(List.of(batch(1), batch(0)));
    train();
    assertThat(refusals())
        .singleElement()
        .asString()
        .contains(on.topics.contract() + " is empty")
        .contains("topic.contract");
  }

  @Test
  void refusesBatchesOfUnusableContract() throws Exception {
    Contract contract = contract("", "elm, oak, yew");
    contract.record().setShape(List.of(7L));
    write(contract);
    on.sendAll(List.of(batch(1), batch(0)));
    train();
    assertThat(refusals())
        .singleElement()
        .asString()
        .contains("names data contract version 1, which is not usable")
        .contains("the shape is [7]");
  }
}
