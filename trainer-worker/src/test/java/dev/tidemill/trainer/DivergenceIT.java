package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.runtime.Health;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.WithKafka;
import dev.tidemill.trainer.divergence.DivergenceSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Training diverges, and continues from the newest version. */
@WithKafka
class DivergenceIT {
  private static final int RECORDS = 30;
  private static final int POISON = 15;

  /** A version every 80 samples, so every 10 steps. */
  private static final String[] RUN = {
    "checkpoint.interval.samples", "80", "checkpoint.interval.ms", "3600000"
  };

  private final KafkaCluster kafka;

  DivergenceIT(KafkaCluster kafka) {
    this.kafka = kafka;
  }

  private static String[] run(String... more) {
    List<String> all = new ArrayList<>(List.of(RUN));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String[] toTheEnd(String... more) {
    List<String> all = new ArrayList<>(List.of("trainer.exit.at.end", "true"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  /** Returns a batch whose values are so large that the loss is NaN. */
  private static ProducerRecord<byte[], byte[]> poison(ModelTopics on, int partition, int size) {
    float[] huge = new float[size * LinearEngine.FEATURES];
    Arrays.fill(huge, 1e30f);
    return on.record(partition, ModelTopics.batch(huge, new int[size]));
  }

  /** Sends records of these samples to partition 0; one of them is poisonous. */
  private static void send(ModelTopics on, int size, int poison) throws Exception {
    Random random = new Random(1);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      records.add(
          i == poison ? poison(on, 0, size) : on.record(0, ModelTopics.batch(random, size)));
    }
    on.sendAll(records);
  }

  private ModelTopics topics() {
    return ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  private ModelTopics sent(int size, int poison) throws Exception {
    ModelTopics on = topics();
    send(on, size, poison);
    return on;
  }

  private static List<Long> letters(ModelTopics on) {
    return on.deadLetters().stream().map(DeadLetter::getOffset).toList();
  }

  private static double factor(ModelTopics on) {
    return on.state(on.newest()).learningRateFactor();
  }

  private static void assertSound(ModelTopics on) {
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  private static String tag(ModelTopics on) throws Exception {
    return Objects.requireNonNull(on.groupOffset(0)).metadata();
  }

  @Test
  void leavesOutThePoisonousBatchAndTrainsTheOthersOnce() throws Exception {
    ModelTopics on = sent(8, POISON);
    try (TestTrainer trainer = TestTrainer.start(on, toTheEnd()).finished()) {
      assertThat(trainer.notices)
          .anyMatch(n -> n.matches("training has diverged: the loss is .* at step 16 .*"))
          .anyMatch(
              n ->
                  n.startsWith(
                          "training diverged after version 1 (1 time): the loss of step 16 was not"
                              + " finite. It continues from there, with the learning rate times"
                              + " 0.5; the batches at partition 0 offset 15 become dead letters")
                      && n.contains("rollback 1"))
          .contains("learning rate factor: 1.0 -> 0.5 (after training diverged)");
      assertThat(trainer.checkpoints).allMatch(version -> version.getLoss() < 10);
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_divergence_rollbacks_total\\{[^}]*\\} 1\\.0");
      List<Checkpoint> versions = trainer.checkpoints;
      assertThat(versions.get(1).getChanges())
          .anyMatch(change -> change.startsWith("training diverged after version 1 (1 time)"))
          .contains("learning rate factor: 1.0 -> 0.5 (after training diverged)");
      assertThat(versions.get(2).getChanges()).isEmpty();
      assertThat(versions.get(versions.size() - 1).getAccuracy()).isGreaterThan(0.8);
    }
    assertThat(on.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getOffset()).isEqualTo(POISON);
              assertThat(letter.getReason())
                  .isEqualTo(
                      "training diverged: the loss of step 16 was not finite. This batch was part"
                          + " of that step, or of the one before. The model went back to its newest"
                          + " version, and continued without this batch");
            });
    assertThat(on.newest().getSamples()).isEqualTo((RECORDS - 1) * 8);
    assertThat(on.lineage().refusedRecords()).isEqualTo(1);
    assertThat(factor(on)).isEqualTo(0.5);
    assertThat(tag(on)).doesNotContain("diverged");
    assertSound(on);
  }

  @Test
  void theSmallerLearningRateLastsUntilTheSpecHasAnotherOne() throws Exception {
    ModelTopics on = sent(8, POISON);
    TestTrainer.start(on, toTheEnd()).finished().close();
    on.send(2, 0, 8);
    TestTrainer.start(on, toTheEnd()).finished().close();
    assertThat(factor(on)).isEqualTo(0.5);
    assertThat(on.newest().getChanges()).isEmpty();
    on.send(3, 0, 8);
    ModelSpec slower = LinearEngine.spec().withOverrides(Map.of("learning-rate", "0.02"));
    TestTrainer.start(on, slower, new LinearEngine(), toTheEnd()).finished().close();
    assertThat(factor(on)).isEqualTo(1);
    assertThat(on.newest().getChanges())
        .contains("learning rate factor: 0.5 -> 1.0 (the spec has another learning rate)");
  }

  /** Steps end within records: a record of a step that diverged is left out as a whole. */
  @Test
  void leavesOutWholeRecords() throws Exception {
    ModelTopics on = sent(13, POISON);
    // Version 1 ends at sample 2 of record 14, whose other samples are in the step of the poison.
    TestTrainer.start(
            on,
            "trainer.exit.at.end",
            "true",
            "checkpoint.interval.samples",
            "184",
            "checkpoint.interval.ms",
            "3600000")
        .finished()
        .close();
    assertThat(letters(on)).containsExactly(14L, 15L);
    assertThat(on.deadLetters().get(0).getReason())
        .endsWith(", whose first 2 samples that version was trained with");
    assertThat(on.newest().getSamples()).isEqualTo((RECORDS - 2) * 13 + 2);
    assertSound(on);
  }

  @Test
  void leavesOutThePoisonOfEachPartition() throws Exception {
    ModelTopics on = ModelTopics.create(kafka.bootstrapServers(), 3);
    for (int partition = 0; partition < 3; partition++) {
      on.send(partition, partition, ModelTopics.sizes(20, 8));
    }
    on.sendAll(List.of(poison(on, 1, 8)));
    for (int partition = 0; partition < 3; partition++) {
      on.send(10 + partition, partition, ModelTopics.sizes(20, 8));
    }
    on.sendAll(List.of(poison(on, 2, 8)));
    TestTrainer.start(on, toTheEnd()).finished().close();
    assertThat(on.deadLetters())
        .extracting(letter -> letter.getPartition() + "/" + letter.getOffset())
        .containsExactlyInAnyOrder("1/20", "2/40");
    assertThat(on.newest().getSamples()).isEqualTo(3 * 40 * 8);
    assertSound(on);
  }

  @Test
  void laterEpochsSkipThePoisonousBatch() throws Exception {
    ModelTopics on = sent(8, POISON);
    try (TestTrainer trainer = TestTrainer.start(on, run("trainer.epochs", "3")).finished()) {
      assertThat(trainer.epochs)
          .extracting(EpochSummary::samples)
          .containsExactly(29L * 8, 29L * 8, 29L * 8);
      assertThat(trainer.notices).filteredOn(n -> n.startsWith("training has diverged")).hasSize(1);
    }
    assertThat(letters(on)).containsExactly((long) POISON);
    assertThat(on.newest().getSamples()).isEqualTo(3 * 29 * 8);
    assertThat(factor(on)).isEqualTo(0.5);
    assertSound(on);
  }

  /** It was trained in the epochs before. */
  @Test
  void leavesOutABatchFromTheEpochOnInWhichTrainingDiverged() throws Exception {
    ModelTopics on = sent(8, -1);
    AtomicBoolean once = new AtomicBoolean();
    FaultyEngine engine =
        new FaultyEngine(
            step -> step == 45 && once.compareAndSet(false, true) ? Double.NaN : 1, step -> false);
    try (TestTrainer trainer =
        TestTrainer.start(on, LinearEngine.spec(), engine, run("trainer.epochs", "3")).finished()) {
      assertThat(trainer.epochs)
          .extracting(EpochSummary::samples)
          .containsExactly(30L * 8, 29L * 8, 29L * 8);
    }
    assertThat(letters(on)).containsExactly(14L);
    assertSound(on);
  }

  @Test
  void anExplodingLossIsNeverPublished() throws Exception {
    ModelTopics on = sent(8, -1);
    AtomicBoolean over = new AtomicBoolean();
    FaultyEngine engine =
        new FaultyEngine(
            step -> {
              boolean exploded = step >= 16 && !over.get();
              over.compareAndSet(false, exploded && step == 25);
              return exploded ? 1e9 : 1;
            },
            step -> false);
    try (TestTrainer trainer =
        TestTrainer.start(on, LinearEngine.spec(), engine, toTheEnd()).finished()) {
      assertThat(trainer.checkpoints).allMatch(version -> version.getLoss() < 10);
      assertThat(trainer.notices).anyMatch(n -> n.contains("the loss exploded from step 16 on"));
    }
    assertThat(letters(on)).containsExactly((long) POISON);
    assertThat(on.newest().getSamples()).isEqualTo(29 * 8);
    assertSound(on);
  }

  @Test
  void aSpikeOfTheLossDelaysAVersionOnly() throws Exception {
    ModelTopics on = sent(8, -1);
    FaultyEngine engine =
        new FaultyEngine(step -> step >= 18 && step <= 22 ? 1e9 : 1, step -> false);
    try (TestTrainer trainer =
        TestTrainer.start(on, LinearEngine.spec(), engine, toTheEnd()).finished()) {
      assertThat(trainer.checkpoints)
          .extracting(Checkpoint::getSteps)
          .containsExactly(10L, 23L, 30L);
      assertThat(trainer.notices).noneMatch(n -> n.contains("diverged"));
    }
    assertThat(letters(on)).isEmpty();
    assertThat(factor(on)).isEqualTo(1);
  }

  @Test
  void suspectsTheLargestLossIfWeightsAreNotFinite() throws Exception {
    ModelTopics on = sent(8, -1);
    AtomicBoolean once = new AtomicBoolean();
    FaultyEngine engine =
        new FaultyEngine(
            step -> step == 16 ? 100 : 1, step -> step == 20 && once.compareAndSet(false, true));
    TestTrainer.start(on, LinearEngine.spec(), engine, toTheEnd()).finished().close();
    assertThat(on.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getOffset()).isEqualTo(POISON);
              assertThat(letter.getReason())
                  .contains("weights were not finite, and step 16 had the largest loss");
            });
    assertThat(on.newest().getSamples()).isEqualTo(29 * 8);
    assertSound(on);
  }

  @Test
  void endsAfterTooManyRollbacksAndThenWaits() throws Exception {
    ModelTopics on = sent(8, -1);
    FaultyEngine engine = new FaultyEngine(step -> step > 10 ? Double.NaN : 1, step -> false);
    try (TestTrainer trainer = TestTrainer.start(on, LinearEngine.spec(), engine, run())) {
      Health end = trainer.ended();
      assertThat(end.state()).isEqualTo(Health.State.FAILED);
      assertThat(end.cause())
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("training has diverged: the loss is NaN at step 11 ")
          .hasMessageContaining("after 3 rollbacks")
          .hasMessageContaining("lower the learning rate");
      assertThat(trainer.notices).anyMatch(n -> n.contains("rollback 3;"));
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_divergence_rollbacks_total\\{[^}]*\\} 3\\.0");
    }
    assertThat(on.newestVersion()).isEqualTo(1);
    assertThat(tag(on)).contains("diverged=4", "scale=0.125");
    try (TestTrainer next = TestTrainer.start(on, LinearEngine.spec(), engine, run())) {
      next.awaitState(Health.State.DEGRADED);
      assertThat(next.worker.health().detail())
          .contains("training diverged after version 1 with this spec (4 times)");
    }
    assertSound(on);
    // Nothing is lost: another spec trains the batches that were blamed in vain.
    ModelSpec slower = LinearEngine.spec().withOverrides(Map.of("learning-rate", "0.02"));
    TestTrainer.start(on, slower, new LinearEngine(), toTheEnd()).finished().close();
    assertThat(on.newest().getSamples()).isEqualTo(RECORDS * 8);
    assertThat(letters(on)).isEmpty();
    assertSound(on);
  }

  @Test
  void aVersionInBetweenAllowsAsManyRollbacksAgain() throws Exception {
    ModelTopics on = topics();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      records.add(
          i % 12 == 11 ? poison(on, 0, 8) : on.record(0, ModelTopics.batch(new Random(i), 8)));
    }
    on.sendAll(records);
    TestTrainer.start(on, toTheEnd(DivergenceSettings.MAX_ROLLBACKS, "1")).finished().close();
    assertThat(letters(on)).containsExactly(11L, 23L, 35L, 47L, 59L);
    assertThat(on.newest().getSamples()).isEqualTo(55 * 8);
    assertThat(factor(on)).isEqualTo(1 / 32.0);
    assertSound(on);
  }

  @Test
  void aPoisonousFirstBatchDoesNotNeedAVersion() throws Exception {
    ModelTopics on = sent(8, 0);
    TestTrainer.start(on, toTheEnd()).finished().close();
    assertThat(letters(on)).containsExactly(0L);
    assertThat(on.newest().getSamples()).isEqualTo(29 * 8);
    assertSound(on);
  }

  @Test
  void failsAtOnceIfSet() throws Exception {
    ModelTopics on = sent(8, POISON);
    try (TestTrainer trainer = TestTrainer.start(on, toTheEnd(DivergenceSettings.POLICY, "fail"))) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("training has diverged");
    }
    assertThat(on.newestVersion()).isEqualTo(1);
    assertThat(tag(on)).contains("diverged=1").doesNotContain("excluded", "scale");
    assertThat(letters(on)).isEmpty();
  }

  /** Once before anything says that training diverged, and once when the offsets say so. */
  @Test
  void aKilledTrainerNeitherLosesNorRepeatsARecord() throws Exception {
    ModelTopics on = sent(8, POISON);
    try (ChildJvm detecting = start(on, "training has diverged")) {
      Object unused = detecting.waitForLine("version 1 at");
      unused = detecting.waitForLine("training has diverged: the loss is .* at step 16 ");
      detecting.kill();
    }
    assertThat(tag(on)).doesNotContain("diverged");
    try (ChildJvm rolledBack = start(on, "training diverged after")) {
      Object unused = rolledBack.waitForLine("training diverged after version 1");
      rolledBack.kill();
    }
    try (TestTrainer last = TestTrainer.start(on, toTheEnd()).finished()) {
      assertThat(last.notices).noneMatch(n -> n.startsWith("training has diverged"));
    }
    assertThat(letters(on)).containsExactly((long) POISON);
    assertThat(on.newest().getSamples()).isEqualTo(29 * 8);
    assertThat(factor(on)).isEqualTo(0.5);
    assertSound(on);
  }

  private ChildJvm start(ModelTopics on, String hold) {
    List<String> arguments = new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, "0"));
    arguments.addAll(List.of(toTheEnd()));
    return ChildJvm.start(
        List.of("-Dhold=" + hold), TrainerProcess.class.getName(), arguments, Map.of());
  }
}
