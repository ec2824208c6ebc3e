package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.messaging.ContractLog;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DataContract;
import dev.tidemill.schemas.LabelContract;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** The sizes of a model follow its data contract, and its last layer grows with new classes. */
@WithKafka
class GrowthIT {
  private static final Contract THREE = ContractIT.contract("", "elm, oak, yew");
  private static final Contract FOUR =
      THREE.followedBy(ContractIT.contract("", "elm, oak, yew, aspen"), "test", Instant.EPOCH);

  /** Trains each step alone, so that the versions do not depend on time. */
  private static final String[] RUN = {
    "trainer.exit.at.end", "true", "checkpoint.interval.samples", "24"
  };

  private final KafkaCluster kafka;

  GrowthIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  private ModelTopics topics() {
    return ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private static void write(ModelTopics on, Contract contract) throws Exception {
    ContractLog log = ContractLog.of(on.clients, on.codec, on.topics, "it-contract");
    on.sendAll(List.of(log.record(contract.record())));
  }

  /** Sends records of five samples, which do not end where steps of eight do. */
  private static void send(ModelTopics on, int contract, int classes, int records)
      throws Exception {
    Random random = new Random(31L * contract + records);
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int r = 0; r < records; r++) {
      float[] features = new float[5 * LinearEngine.FEATURES];
      int[] labels = new int[5];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = random.nextInt(classes);
        features[i * LinearEngine.FEATURES + labels[i]] = 1 + random.nextFloat();
      }
      TrainingBatch batch = ModelTopics.batch(features, labels);
      batch.setContract(contract);
      sent.add(on.record(r % on.partitions, batch));
    }
    on.sendAll(sent);
  }

  private static TestTrainer start(ModelTopics on, String... settings) {
    return TestTrainer.adaptive(on, new LinearEngine(), TrainerListener.NONE, settings);
  }

  private static int outputs(Checkpoint manifest) {
    return Network.of(ModelSpec.parse(manifest.getSpec())).outputLength();
  }

  @Test
  void takesSizesFromTheContract() throws Exception {
    ModelTopics on = topics();
    write(on, FOUR.asFirst("m", "test", Instant.EPOCH));
    send(on, 1, 4, 8);
    start(on, RUN).finished().close();
    assertThat(outputs(on.newest())).isEqualTo(4);
    on.assertTrainedOnce(40, 0);
    assertThat(on.deadLetters()).isEmpty();
  }

  @Test
  void beginsAgainWithTheContractThatArrivesAfterTheStart() throws Exception {
    ModelTopics on = topics();
    try (TestTrainer trainer = start(on, "checkpoint.interval.samples", "8")) {
      Eventually.await()
          .until(() -> trainer.notices.stream().anyMatch(n -> n.contains("starts training")));
      write(on, FOUR.asFirst("m", "test", Instant.EPOCH));
      send(on, 1, 4, 8);
      trainer.awaitVersion(5);
      assertThat(trainer.notices).anyMatch(notice -> notice.contains("3 outputs"));
    }
    assertThat(outputs(on.newest())).isEqualTo(4);
    on.assertTrainedOnce(40, 0);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Class weights have a number for each class, before the growth and after it. */
  @Test
  void growsWithBalancedClassWeights() throws Exception {
    ModelTopics on = topics();
    LabelContract label =
        LabelContract.newBuilder(THREE.record().getLabel())
            .setClassCounts(List.of(10L, 20L, 10L))
            .build();
    Contract counted = Contract.of(DataContract.newBuilder(THREE.record()).setLabel(label).build());
    write(on, counted);
    send(on, 1, 3, 8);
    balanced(on);
    write(on, counted.followedBy(counted.withClasses(List.of("aspen")), "test", Instant.EPOCH));
    on.sendAll(List.of(on.record(0, aspen())));
    balanced(on);

    assertThat(outputs(on.newest())).isEqualTo(4);
    assertThat(ModelSpec.parse(on.newest().getSpec()).loss().classWeights())
        .containsExactly(40 / 30.0, 40 / 60.0, 40 / 30.0, 1.0);
    assertThat(on.deadLetters()).isEmpty();
  }

  private static void balanced(ModelTopics on) throws Exception {
    TrainerJob job = new TrainerJob(LinearEngine.balanced(), new LinearEngine(), Optional.empty());
    TestTrainer.start(on, job, RUN).finished().close();
  }

  @Test
  void growsAtTheStartAndRecordsIt() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 8);
    start(on, RUN).finished().close();
    ModelState before = on.state(on.newest());
    write(on, FOUR);
    on.sendAll(List.of(on.record(0, aspen())));
    start(on, RUN).finished().close();

    Checkpoint grown = on.newest();
    assertThat(grown.getChanges())
        .containsExactly("output layer fc grew from 3 to 4 classes with contract version 2: aspen");
    assertThat(grown.getContract()).isEqualTo(2);
    assertThat(before.layout().slice("fc.weight").shape()).containsExactly(3, 4);
    assertThat(on.state(grown).layout().slice("fc.weight").shape()).containsExactly(4, 4);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  private static TrainingBatch aspen() {
    TrainingBatch batch = ModelTopics.batch(new float[4], new int[] {3});
    batch.setContract(2);
    return batch;
  }

  @Test
  void runningTrainerGrowsByItselfAndLosesNoSample() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 3);
    try (TestTrainer trainer = start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      write(on, FOUR);
      send(on, 2, 4, 5);
      trainer.awaitVersion(5);
    }
    on.assertTrainedOnce(40, 0);
    assertThat(on.newest().getContract()).isEqualTo(2);
    assertThat(outputs(on.newest())).isEqualTo(4);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** The older version grows again, and the growth leaves no command unanswered. */
  @Test
  void rollsBackToAVersionBeforeTheGrowth() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 8);
    try (TestTrainer trainer = start(on, "checkpoint.interval.samples", "40");
        Operator operator = new Operator(on)) {
      trainer.awaitVersion(1);
      ModelState before = on.state(on.newest());
      write(on, FOUR);
      send(on, 2, 4, 8);
      trainer.awaitVersion(2);
      assertThat(operator.outcomeOf(operator.control.rollback(1)).getMessage())
          .isEqualTo("published version 3 with the weights of version 1");
      ModelState after = on.state(on.newest());
      ByteBuffer rows = before.data(before.layout().slice("fc.weight"));
      ByteBuffer grown = after.data(after.layout().slice("fc.weight"));
      assertThat(grown.slice(0, rows.limit())).isEqualTo(rows.slice());
      assertThat(outputs(on.newest())).isEqualTo(4);
    }
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  @Test
  void losesNoSampleOfAnyPartition() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 3);
    write(on, THREE);
    send(on, 1, 3, 12);
    try (TestTrainer trainer = start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      write(on, FOUR);
      send(on, 2, 4, 12);
      trainer.awaitSteps(15);
    }
    on.assertTrainedOnce(120, 0);
    assertThat(outputs(on.newest())).isEqualTo(4);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void saysThatFixedOutputsAreTooFew() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 2);
    try (TestTrainer trainer = TestTrainer.start(on, "checkpoint.interval.samples", "8")) {
      trainer.awaitVersion(1);
      write(on, FOUR);
      send(on, 2, 4, 2);
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("the spec has 3 outputs")
          .hasMessageContaining("contract version 2 of model m has 4 classes");
    }
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.newest().getSamples()).isEqualTo(8);
  }

  @Test
  void saysThatTheShapeDoesNotFit() throws Exception {
    ModelTopics on = topics();
    write(on, ContractFile.parse("features: [{name: a}]").asFirst("m", "test", Instant.EPOCH));
    TrainingBatch batch = ModelTopics.batch(new float[4], new int[] {0});
    batch.setInputs(Tensors.float32(new long[] {1, 1}, new float[1]));
    batch.setContract(1);
    on.sendAll(List.of(on.record(0, batch)));
    try (TestTrainer trainer = TestTrainer.start(on, RUN)) {
      assertThat(trainer.ended().cause())
          .hasMessageContaining("takes samples of shape [4]")
          .hasMessageContaining("makes [1]");
    }
  }

  @Test
  void growsBitIdenticallyAfterKills() throws Exception {
    ModelTopics uninterrupted = grownLog();
    start(uninterrupted, RUN).finished().close();

    ModelTopics killed = grownLog();
    kill(killed, "output layer fc grew");
    kill(killed, "version 4 at");
    try (ChildJvm last = process(killed, 0, RUN)) {
      assertThat(last.awaitExit(Duration.ofMinutes(2))).isZero();
    }
    assertThat(killed.lineage().verify()).isEmpty();
    assertThat(killed.payloadFaults()).isEmpty();
    assertThat(killed.deadLetters()).isEmpty();
    killed.assertTrainedOnce(24 * 5, 0);
    killed.assertSameBitsAs(uninterrupted);
  }

  @Test
  void losesNothingIfKilledWhileTheNewTermBegins() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 3);
    try (ChildJvm trainer = process(on, 0, "checkpoint.interval.samples", "8")) {
      Object unusedVersion = trainer.waitForLine("version 1 at");
      write(on, FOUR);
      send(on, 2, 4, 5);
      Object unusedTerm = trainer.waitForLine("a new term begins");
      trainer.kill();
    }
    start(on, RUN).finished().close();
    on.assertTrainedOnce(40, 0);
    assertThat(outputs(on.newest())).isEqualTo(4);
    assertThat(on.deadLetters()).isEmpty();
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  /** A version with three classes is committed; the rest of the log has four. */
  private ModelTopics grownLog() throws Exception {
    ModelTopics on = topics();
    write(on, THREE);
    send(on, 1, 3, 8);
    start(on, RUN).finished().close();
    write(on, FOUR);
    send(on, 2, 4, 16);
    return on;
  }

  private void kill(ModelTopics on, String when) throws Exception {
    try (ChildJvm trainer = process(on, 20, RUN)) {
      Object unused = trainer.waitForLine(when);
      trainer.kill();
    }
  }

  private ChildJvm process(ModelTopics on, long pause, String... settings) {
    List<String> arguments =
        new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, Long.toString(pause)));
    arguments.addAll(List.of(settings));
    return ChildJvm.start(TrainerProcess.class.getName(), arguments, Map.of());
  }
}
