package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.InvalidSettingsException;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.testbed.guarantee.Verdict;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A change in the data ends the model, and a new one trains the records since the change again. */
@WithKafka
class RetrainIT {
  private static final int RECORD = 100;
  private static final int SOON = 2_000;

  /** So that only the number of samples decides where a version ends. */
  private static final String NEVER = "3600000";

  private final KafkaCluster kafka;
  private ModelTopics on;
  private final Random random = new Random(1);

  RetrainIT(KafkaCluster kafka) {
    this.kafka = kafka;
    this.on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  /** Returns the settings of a run that publishes a version every few samples. */
  private static String[] every(int samples, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "drift.policy",
                "retrain",
                "checkpoint.interval.samples",
                Integer.toString(samples),
                "checkpoint.interval.ms",
                NEVER,
                "checkpoint.keep",
                "1000"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String[] toTheEnd(int samples) {
    return every(samples, "trainer.exit.at.end", "true");
  }

  /** Sends records whose labels are moved by a number of classes. */
  private void send(ModelTopics to, Random from, int partition, int size, int records, int moved)
      throws Exception {
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      TrainingBatch batch = ModelTopics.batch(from, size);
      for (int times = 0; times < moved; times++) {
        DriftIT.permute(batch.getLabels().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      sent.add(to.record(partition, batch));
    }
    to.sendAll(sent);
  }

  private void send(int records, int moved) throws Exception {
    send(on, random, 0, RECORD, records, moved);
  }

  private List<DriftEvent> drifts(ModelTopics of) {
    return TopicReader.committed(kafka.bootstrapServers(), of.topics.control()).stream()
        .map(record -> of.codec.decode(record, ControlEvent.class).getEvent())
        .filter(DriftEvent.class::isInstance)
        .map(DriftEvent.class::cast)
        .toList();
  }

  /** Returns all manifests by version. */
  private Map<Long, Checkpoint> versions(ModelTopics of) {
    Map<Long, Checkpoint> versions = new TreeMap<>();
    TopicReader.committed(kafka.bootstrapServers(), of.topics.checkpoints()).stream()
        .map(record -> of.codec.decode(record, Checkpoint.class))
        .forEach(version -> versions.put(version.getVersion(), version));
    return versions;
  }

  private static List<Checkpoint> restarts(Map<Long, Checkpoint> versions) {
    return versions.values().stream().filter(v -> v.getRestart() != null).toList();
  }

  private static List<Checkpoint> ofRoot(Map<Long, Checkpoint> versions, long root) {
    return versions.values().stream().filter(v -> v.getRoot() == root).toList();
  }

  /**
   * Asserts from the records that each model has trained each sample from its restart on exactly
   * once, and none before.
   */
  private void assertTrainedOnce() {
    Verdict.onTraining(on.history()).require();
  }

  private static Checkpoint newestOf(List<Checkpoint> root) {
    return root.get(root.size() - 1);
  }

  @Test
  void trainsTheRecordsSinceTheChangeAgainAndRecovers() throws Exception {
    send(300, 0);
    send(200, 1);
    try (TestTrainer trainer = TestTrainer.start(on, toTheEnd(2000)).finished()) {
      assertThat(trainer.notices)
          .anyMatch(notice -> notice.startsWith("drift: ") && notice.contains("since the change"))
          .anyMatch(notice -> notice.matches("retrains: .* samples again\\. .* up to .* records"))
          .anyMatch(notice -> notice.startsWith("a new model after version "));
      // No version is without samples: an untrained model is never published.
      assertThat(trainer.checkpoints).allMatch(version -> version.getLoss() != null);
    }
    Map<Long, Checkpoint> versions = versions(on);
    assertThat(restarts(versions)).hasSize(1);
    Checkpoint restart = restarts(versions).get(0);
    long change = 300L * RECORD;
    assertThat(drifts(on)).hasSize(1);
    DriftEvent drift = drifts(on).get(0);
    assertThat(drift.getVersion()).isEqualTo(restart.getVersion());
    assertThat(drift.getPolicy()).isEqualTo("retrain");
    assertThat(drift.getAction())
        .matches("a new model begins with fresh parameters at partition 0 offset .* samples again");
    assertThat(drift.getDetected()).isBetween(change, change + SOON);
    ReadPosition from = restart.getRestart().getPositions().get(0);
    assertThat(from.getOffset()).isBetween(298L, 302L);
    assertThat(from.getOffset()).isLessThanOrEqualTo(drift.getOffset());
    assertThat(restart.getSamples() - restart.getRestart().getSamples())
        .isEqualTo(from.getOffset() * RECORD + from.getSample());

    List<Checkpoint> root = ofRoot(versions, restart.getVersion() + 1);
    assertThat(ofRoot(versions, 1)).last().isEqualTo(restart);
    assertThat(root.get(0).getChanges())
        .singleElement()
        .asString()
        .contains("fresh parameters with the seed " + (1 + restart.getVersion()));
    assertThat(on.state(newestOf(root)).counters().seed()).isEqualTo(1 + restart.getVersion());
    assertThat(root.get(0).getParent()).isEqualTo(restart.getVersion());
    Checkpoint newest = on.newest();
    assertThat(newest.getPositions().get(0).getOffset()).isEqualTo(500);
    assertThat(newest.getSteps()).isEqualTo(((newest.getSamples() - restart.getSamples()) + 7) / 8);
    assertTrainedOnce();
    double before = DriftIT.accuracy(ofRoot(versions, 1), change - 6000, change);
    double recovered = DriftIT.accuracy(root, newest.getSamples() - 6000, newest.getSamples());
    assertThat(recovered).isGreaterThan(before - 0.01);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    assertThat(Objects.requireNonNull(on.groupOffset(0)).offset()).isEqualTo(500);
  }

  /** Its weights were trained on records that this model trains again. */
  @Test
  void rollsBackToNoVersionOfAnEarlierModel() throws Exception {
    send(60, 0);
    send(60, 1);
    TestTrainer.start(on, toTheEnd(1000)).finished().close();
    Checkpoint restart = restarts(versions(on)).get(0);
    try (TestTrainer trainer = TestTrainer.start(on, every(1000));
        Operator operator = new Operator(on)) {
      send(20, 1);
      trainer.awaitVersion(on.newest().getVersion() + 1);
      for (long version : List.of(1L, restart.getVersion())) {
        ControlOutcome outcome = operator.outcomeOf(operator.control.rollback(version));
        assertThat(outcome.getAccepted()).isFalse();
        assertThat(outcome.getMessage())
            .startsWith("version " + version + " belongs to an earlier model");
      }
    }
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void aLaterChangeBeginsAnotherModel() throws Exception {
    send(60, 0);
    send(60, 1);
    send(60, 2);
    TestTrainer.start(on, toTheEnd(1000)).finished().close();
    Map<Long, Checkpoint> versions = versions(on);
    assertThat(restarts(versions)).hasSize(2);
    assertTrainedOnce();
    assertThat(restarts(versions).get(1).getRestart().getPositions().get(0).getOffset())
        .isBetween(118L, 122L);
    assertThat(on.lineage().verify()).isEmpty();
  }

  /** Killed once the restart is committed, and again within the retraining. */
  @Test
  void resumesBitIdenticallyAfterTwoKills() throws Exception {
    String[] run = toTheEnd(50);
    ModelTopics uninterrupted = ModelTopics.create(kafka.bootstrapServers(), 1);
    for (ModelTopics to : List.of(uninterrupted, on)) {
      Random same = new Random(7);
      send(to, same, 0, 13, 50, 0);
      send(to, same, 0, 13, 50, 1);
    }
    TestTrainer.start(uninterrupted, run).finished().close();
    assertThat(restarts(versions(uninterrupted))).hasSize(1);

    kill(run, "drift: the prequential error");
    Checkpoint restart = on.newest();
    assertThat(restart.getRestart()).isNotNull();
    assertThat(Objects.requireNonNull(on.groupOffset(0)).offset())
        .isEqualTo(restart.getRestart().getPositions().get(0).getOffset())
        .isLessThan(restart.getPositions().get(0).getOffset());
    kill(run, "a new model after version");
    assertThat(on.newest().getRoot()).isEqualTo(restart.getVersion() + 1);
    assertThat(on.newest().getPositions().get(0).getOffset())
        .isLessThan(restart.getPositions().get(0).getOffset());
    try (ChildJvm last = start(run, 0, "none")) {
      last.waitForLine("continues from version");
      assertThat(last.awaitExit(Duration.ofMinutes(2))).isZero();
    }

    assertThat(drifts(on)).hasSize(1);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    Map<Long, Checkpoint> versions = versions(on);
    assertThat(restarts(versions)).hasSize(1);
    assertTrainedOnce();
    on.assertSameBitsAs(uninterrupted);
  }

  /** The old meaning is trained in both partitions before the new one is sent to both. */
  @Test
  void eachPartitionBeginsAgainWhereItWasBeforeTheChange() throws Exception {
    on = ModelTopics.create(kafka.bootstrapServers(), 2);
    send(on, random, 0, RECORD, 40, 0);
    send(on, random, 1, RECORD, 20, 0);
    try (TestTrainer trainer = TestTrainer.start(on, every(1000))) {
      trainer.awaitSteps(6000 / 8);
      send(on, random, 0, RECORD, 30, 1);
      send(on, random, 1, RECORD, 30, 1);
      Eventually.await()
          .until(() -> trainer.notices.stream().anyMatch(n -> n.startsWith("a new model")));
      Eventually.await()
          .until(
              () ->
                  on.newest().getRoot() > 1
                      && on.newest().getPositions().stream()
                          .allMatch(at -> at.getOffset() >= (at.getPartition() == 0 ? 65 : 45)));
    }
    Map<Long, Checkpoint> versions = versions(on);
    Checkpoint restart = restarts(versions).get(0);
    assertThat(restart.getRestart().getPositions())
        .hasSize(2)
        .allSatisfy(
            at ->
                assertThat(at.getOffset())
                    .isBetween(
                        at.getPartition() == 0 ? 38L : 18L, at.getPartition() == 0 ? 42L : 22L));
    assertTrainedOnce();
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void recordsThatRetentionRemovedAreAGapOfTheNewModel() throws Exception {
    String[] run = toTheEnd(50);
    send(on, random, 0, 13, 50, 0);
    send(on, random, 0, 13, 50, 1);
    kill(run, "drift: the prequential error");
    Checkpoint restart = on.newest();
    ReadPosition from = restart.getRestart().getPositions().get(0);
    long left = from.getOffset() + 3;
    assertThat(left).isLessThan(restart.getPositions().get(0).getOffset());
    on.deleteBefore(on.topics.batches(), 0, left);
    try (TestTrainer trainer = TestTrainer.start(on, run).finished()) {
      assertThat(trainer.notices)
          .anyMatch(
              notice ->
                  notice.startsWith(
                      "gap: partition 0 offsets %d to %d".formatted(from.getOffset(), left - 1)));
    }
    Checkpoint root = Objects.requireNonNull(versions(on).get(restart.getVersion() + 1));
    assertThat(root.getGaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.getStart()).isEqualTo(from.getOffset()))
        .satisfies(gap -> assertThat(gap.getEnd()).isEqualTo(left))
        .satisfies(gap -> assertThat(gap.getReason()).contains("before they were trained again"));
    assertThat(on.newest().getPositions().get(0).getOffset()).isEqualTo(100);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void aRecordThatIsRefusedAgainHasADeadLetterThatSaysSo() throws Exception {
    send(60, 0);
    on.sendRefused(0, 1, 20);
    send(30, 1);
    TestTrainer.start(on, toTheEnd(1000)).finished().close();
    Map<Long, Checkpoint> versions = versions(on);
    Checkpoint restart = restarts(versions).get(0);
    assertThat(restart.getRestart().getPositions().get(0).getOffset()).isLessThanOrEqualTo(60);
    assertThat(on.deadLetters()).hasSize(2);
    assertThat(on.deadLetters())
        .extracting(DeadLetter::getReason)
        .satisfiesExactly(
            first -> assertThat(first).doesNotContain("read again"),
            again -> assertThat(again).contains("read again, because a new model has begun"));
    assertTrainedOnce();
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void refusesInitialWeightsAndFullBatches() {
    assertThatThrownBy(
            () ->
                TestTrainer.start(
                    on,
                    LinearEngine.spec(),
                    new LinearEngine(),
                    Optional.of(Path.of("init.safetensors")),
                    TrainerListener.NONE,
                    every(50)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("--init");
    ModelSpec full =
        ModelSpec.parse(LinearEngine.YAML.replace("batch_size: 8", "batch_size: full"));
    assertThatThrownBy(() -> TestTrainer.start(on, full, new LinearEngine(), every(50)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("drift.policy=retrain does not work with");
  }

  /** Kills a trainer that has committed a version with a change, and published nothing since. */
  private void kill(String[] run, String change) throws Exception {
    try (ChildJvm trainer = start(run, 10, change)) {
      Object unused = trainer.waitForLine("holds version");
      trainer.kill();
    }
  }

  private ChildJvm start(String[] run, long pause, String holdVersion) {
    List<String> arguments =
        new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, Long.toString(pause)));
    arguments.addAll(List.of(run));
    return ChildJvm.start(
        List.of("-DholdVersion=" + holdVersion),
        TrainerProcess.class.getName(),
        arguments,
        Map.of());
  }
}
