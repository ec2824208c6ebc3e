package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.testbed.ChildJvm;
import dev.tidemill.testbed.Eventually;
import dev.tidemill.testbed.KafkaCluster;
import dev.tidemill.testbed.TopicReader;
import dev.tidemill.testbed.WithKafka;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of a run changes: the labels mean other classes from a record on. */
@WithKafka
class DriftIT {
  private static final int RECORD = 100;
  private static final int SOON = 2_000;

  /** So that only the number of samples decides where a version ends. */
  private static final String NEVER = "3600000";

  private final KafkaCluster kafka;
  private final ModelTopics on;

  DriftIT(KafkaCluster kafka) {
    this.kafka = kafka;
    this.on = ModelTopics.create(kafka.bootstrapServers(), 1);
  }

  /** Sends records, the later ones of which have other labels. */
  private static void send(ModelTopics to, long seed, int size, int before, int after)
      throws Exception {
    Random random = new Random(seed);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < before + after; i++) {
      TrainingBatch batch = ModelTopics.batch(random, size);
      if (i >= before) {
        permute(batch.getLabels().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      records.add(to.record(0, batch));
    }
    to.sendAll(records);
  }

  static void permute(ByteBuffer labels) {
    for (int at = labels.position(); at < labels.limit(); at += Integer.BYTES) {
      labels.putInt(at, (labels.getInt(at) + 1) % LinearEngine.CLASSES);
    }
  }

  private static TestTrainer train(ModelTopics on, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of("trainer.exit.at.end", "true"));
    all.addAll(List.of(settings));
    return TestTrainer.start(on, all.toArray(String[]::new)).finished();
  }

  private List<Object> events(ModelTopics of) {
    return TopicReader.committed(kafka.bootstrapServers(), of.topics.control()).stream()
        .map(record -> of.codec.decode(record, ControlEvent.class).getEvent())
        .toList();
  }

  private List<DriftEvent> drifts(ModelTopics of) {
    return events(of).stream()
        .filter(DriftEvent.class::isInstance)
        .map(DriftEvent.class::cast)
        .toList();
  }

  private List<Checkpoint> versions(ModelTopics of) {
    return TopicReader.committed(kafka.bootstrapServers(), of.topics.checkpoints()).stream()
        .map(record -> of.codec.decode(record, Checkpoint.class))
        .filter(version -> version.getPayload() != null)
        .toList();
  }

  @Test
  void reportsAChangeOnceWithTheNextVersionThatIsDue() throws Exception {
    send(on, 1, RECORD, 40, 20);
    try (TestTrainer trainer =
        train(on, "checkpoint.interval.samples", "1000", "checkpoint.interval.ms", NEVER)) {
      assertThat(trainer.notices)
          .filteredOn(notice -> notice.startsWith("drift: "))
          .singleElement()
          .asString()
          .contains("the prequential error rose")
          .contains("set drift.policy");
      assertThat(trainer.metrics.scrape())
          .containsPattern("tidemill_drift_events_total\\{[^}]*signal=\"error\"[^}]*\\} 1\\.0")
          .containsPattern("tidemill_drift_events_total\\{[^}]*signal=\"input\"[^}]*\\} 0\\.0");
    }
    assertThat(drifts(on)).hasSize(1);
    DriftEvent drift = drifts(on).get(0);
    assertThat(drift.getSignal()).isEqualTo(DriftSignal.ERROR);
    assertThat(drift.getDetector()).isEqualTo("adwin");
    assertThat(drift.getTopic()).isEqualTo(on.topics.batches());
    assertThat(drift.getTopicId()).isEqualTo(on.newest().getTopicId());
    assertThat(drift.getBegan()).isBetween(3_900L, 4_100L);
    assertThat(drift.getPartition()).isZero();
    assertThat(drift.getOffset()).isBetween(39L, 41L);
    assertThat(drift.getDetected()).isBetween(4_000L, 4_000L + SOON);
    assertThat(drift.getAfter()).isGreaterThan(drift.getBefore() + 0.3);
    assertThat(drift.getPolicy()).isEqualTo("announce");
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(versions(on))
        .filteredOn(version -> version.getVersion() == drift.getVersion())
        .singleElement()
        .satisfies(
            version ->
                assertThat(version.getSamples()).isEqualTo(nextThousand(drift.getDetected())))
        .satisfies(
            version ->
                assertThat(version.getChanges()).singleElement().asString().startsWith("drift: "));
    // An alarm that is only announced makes no version.
    assertThat(on.newest().getVersion()).isEqualTo(6);
    assertThat(on.newest().getSamples()).isEqualTo(6_000);
  }

  private static long nextThousand(long samples) {
    return (samples + 999) / 1000 * 1000;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void reportsNothingIn100000SamplesWithoutAChange(long seed) throws Exception {
    send(on, seed, 1000, 100, 0);
    train(on).close();
    assertThat(on.newest().getSamples()).isEqualTo(100_000);
    assertThat(drifts(on)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void boostsAndRecovers(long seed) throws Exception {
    int before = 300;
    int after = 250;
    send(on, seed, RECORD, before, after);
    try (TestTrainer trainer =
        train(
            on,
            "drift.policy",
            "boost",
            "drift.boost.samples",
            "4000",
            "checkpoint.interval.samples",
            "2000",
            "checkpoint.keep",
            "100")) {
      assertThat(trainer.notices)
          .filteredOn(notice -> notice.startsWith("learning rate factor: "))
          .hasSize(2);
    }
    long change = (long) before * RECORD;
    DriftEvent drift = drifts(on).get(0);
    assertThat(drifts(on)).hasSize(1);
    assertThat(drift.getDetected()).isBetween(change, change + SOON);
    assertThat(drift.getPolicy()).isEqualTo("boost");

    List<Checkpoint> versions = versions(on);
    Checkpoint detected = version(versions, drift.getVersion());
    Checkpoint first = version(versions, drift.getVersion() + 1);
    assertThat(first.getChanges()).singleElement().asString().contains("1.0 -> 3.0 (boost");
    assertThat(on.state(detected).learningRateFactor()).isEqualTo(1);
    assertThat(on.state(first).learningRateFactor()).isEqualTo(3);
    Checkpoint last =
        versions.stream()
            .filter(each -> on.state(each).learningRateFactor() == 3)
            .reduce((one, other) -> other)
            .orElseThrow();
    assertThat(last.getSamples()).isEqualTo(detected.getSamples() + 4000);
    assertThat(version(versions, last.getVersion() + 1).getChanges())
        .singleElement()
        .asString()
        .contains("3.0 -> 1.0 (the boost after drift has ended)");

    double beforeChange = accuracy(versions, change - 6000, change);
    double recovered = accuracy(versions, change + 20_000, change + 25_000);
    assertThat(recovered).isGreaterThan(beforeChange - 0.01);
    assertThat(on.lineage().verify()).isEmpty();
  }

  private static Checkpoint version(List<Checkpoint> versions, long number) {
    return versions.stream().filter(v -> v.getVersion() == number).findFirst().orElseThrow();
  }

  /** Returns the mean accuracy of the versions in a range of samples. */
  static double accuracy(List<Checkpoint> versions, long from, long to) {
    return versions.stream()
        .filter(version -> version.getSamples() > from && version.getSamples() <= to)
        .mapToDouble(Checkpoint::getAccuracy)
        .average()
        .orElseThrow();
  }

  @Test
  void rollsBackToTheNewestVersionFromBeforeTheChange() throws Exception {
    send(on, 1, RECORD, 40, 20);
    try (TestTrainer trainer =
        TestTrainer.start(
            on,
            "drift.policy",
            "rollback",
            "checkpoint.interval.samples",
            "1000",
            "checkpoint.interval.ms",
            NEVER)) {
      trainer.awaitVersion(4);
      Eventually.await()
          .until(() -> events(on).stream().anyMatch(ControlOutcome.class::isInstance));
    }
    DriftEvent drift = drifts(on).get(0);
    ControlCommand command =
        events(on).stream()
            .filter(ControlCommand.class::isInstance)
            .map(ControlCommand.class::cast)
            .findFirst()
            .orElseThrow();
    long target = drift.getBegan() / 1000;
    assertThat(command.getVersion()).isEqualTo(target).isBetween(3L, 4L);
    assertThat(command.getOperator()).startsWith("drift.policy of trainer-");
    assertThat(drift.getAction()).isEqualTo("rolls back to version " + target);
    ControlOutcome outcome =
        events(on).stream()
            .filter(ControlOutcome.class::isInstance)
            .map(ControlOutcome.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(outcome.getAccepted()).isTrue();
    assertThat(outcome.getMessage()).endsWith("with the weights of version " + target);
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
  }

  @Test
  void saysSoIfNoVersionFromBeforeTheChangeHasWeights() throws Exception {
    send(on, 1, RECORD, 40, 20);
    train(
            on,
            "drift.policy",
            "rollback",
            "checkpoint.interval.samples",
            "100000",
            "checkpoint.interval.ms",
            NEVER)
        .close();
    assertThat(drifts(on))
        .singleElement()
        .extracting(DriftEvent::getAction)
        .asString()
        .startsWith("no version of this model from before the change has its weights");
    assertThat(on.newest().getSamples()).isEqualTo(6_000);
    assertThat(on.lineage().verify()).isEmpty();
  }

  @Test
  void anotherPolicyEndsABoostEarly() throws Exception {
    send(on, 1, RECORD, 40, 20);
    train(on, "drift.policy", "boost", "drift.boost.samples", "1000000").close();
    assertThat(on.state(on.newest()).learningRateFactor()).isGreaterThan(1);
    send(on, 2, RECORD, 0, 1);
    try (TestTrainer trainer = train(on)) {
      assertThat(trainer.notices)
          .contains("the boost after drift ends early, because drift.policy is announce");
    }
    assertThat(on.newest().getChanges())
        .anyMatch(change -> change.startsWith("the boost after drift ends early"))
        .anyMatch(change -> change.endsWith("-> 1.0 (the boost after drift has ended)"));
    assertThat(on.state(on.newest()).learningRateFactor()).isEqualTo(1);
  }

  @Test
  void refusesABoostThatIsTooShortToRise() throws Exception {
    try (TestTrainer trainer =
        TestTrainer.start(on, "drift.policy", "boost", "drift.boost.samples", "31")) {
      assertThat(trainer.ended().cause())
          .isInstanceOf(RunRefusedException.class)
          .hasMessageContaining("drift.boost.samples must be at least 32");
    }
  }

  @Test
  void saysThatAPolicyDoesNothingWithFullBatches() throws Exception {
    send(on, 1, RECORD, 2, 0);
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    try (TestTrainer trainer =
        TestTrainer.start(
                on, full, new LinearEngine(), "trainer.epochs", "1", "drift.policy", "boost")
            .finished()) {
      assertThat(trainer.notices).contains("drift.policy=boost does nothing with full batches");
    }
  }

  /** Killed before the change is committed, and again within the boost. */
  @Test
  void resumesBitIdenticallyAcrossABoostAfterTwoKills() throws Exception {
    String[] run = {
      "trainer.epochs", "1",
      "checkpoint.interval.samples", "50",
      "drift.policy", "boost",
      "drift.boost.samples", "400"
    };
    ModelTopics uninterrupted = ModelTopics.create(kafka.bootstrapServers(), 1);
    send(uninterrupted, 7, 13, 50, 50);
    TestTrainer.start(uninterrupted, run).finished().close();
    assertThat(drifts(uninterrupted)).hasSize(1);

    send(on, 7, 13, 50, 50);
    kill(run, "-Dhold=drift: ", "drift: the prequential error");
    assertThat(drifts(on)).isEmpty();
    kill(run, "-DholdVersion=learning rate factor: 1.0 -> 3.0", "holds version");
    assertThat(on.state(on.newest()).learningRateFactor()).as("warm-up").isBetween(1.1, 2.9);
    assertThat(drifts(on)).hasSize(1);
    try (ChildJvm last = start(run, 0, "-Dhold=none")) {
      assertThat(last.awaitExit(Duration.ofMinutes(2))).isZero();
    }

    assertThat(drifts(on)).hasSize(1);
    DriftEvent drift = drifts(on).get(0);
    assertThat(drift.getDetected()).isEqualTo(drifts(uninterrupted).get(0).getDetected());
    assertThat(on.lineage().verify()).isEmpty();
    assertThat(on.payloadFaults()).isEmpty();
    assertThat(on.newest().getSamples()).isEqualTo(1300);
    assertThat(SafeTensors.write(on.state(on.newest()), true))
        .isEqualTo(SafeTensors.write(uninterrupted.state(uninterrupted.newest()), true));
  }

  private void kill(String[] run, String option, String when) throws Exception {
    try (ChildJvm trainer = start(run, 10, option)) {
      Object unused = trainer.waitForLine(when);
      trainer.kill();
    }
  }

  private ChildJvm start(String[] run, long pause, String option) {
    List<String> arguments =
        new ArrayList<>(List.of(kafka.bootstrapServers(), on.model, Long.toString(pause)));
    arguments.addAll(List.of(run));
    return ChildJvm.start(List.of(option), TrainerProcess.class.getName(), arguments, Map.of());
  }
}
