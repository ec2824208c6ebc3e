package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.messaging.TrainingControl;
import dev.tidemill.runtime.Metrics;
import dev.tidemill.runtime.Settings;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.trainer.drift.DriftMonitor;
import dev.tidemill.trainer.drift.DriftPolicy;
import dev.tidemill.trainer.drift.DriftReports;
import java.nio.ByteOrder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Tests training without threads and Kafka; the test submits the items of a reader. */
class TrainingTest {
  private static final List<LogRange> BOUNDS = List.of(new LogRange(0, 0, 3));

  private static final int BUDGET = 10_000;

  private final List<String> notices = new ArrayList<>();
  private final List<TrainingProgress> sent = new ArrayList<>();
  private final List<EpochSummary> epochs = new ArrayList<>();
  private final List<ClassSummary> ends = new ArrayList<>();
  private SnapshotExchange snapshots = exchange();
  private ArrivalQueue arrivals = new ArrivalQueue(1, 1);
  private final CommandExchange commands = new CommandExchange();
  private long now;

  @Test
  void epochRemainderIsOneSmallerStep() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    epoch(training, 1, 10, 3);
    assertThat(training.runProgress().steps()).isEqualTo(2);
    assertThat(training.runProgress().samples()).isEqualTo(13);
    Publishable.Snapshot snapshot = published();
    assertThat(snapshot.positions()).containsExactly(new Position(0, 1, 3, 0));
    assertThat(snapshot.added().samples()).isEqualTo(13);
    assertThat(snapshot.state().counters().steps()).isEqualTo(2);
    assertThat(snapshot.state().counters().epochSamples()).isZero();
  }

  @Test
  void endsAfterTheLastEpoch() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    assertThat(epoch(training, 1, 8)).isTrue();
    assertThat(epoch(training, 2, 8)).isFalse();
    assertThat(epochs).extracting(EpochSummary::epoch).containsExactly(1, 2);
    assertThat(sent).extracting(TrainingProgress::getPhase).containsOnly(TrainerPhase.EPOCH_END);
  }

  @Test
  void reportsClassesOfTheLastEpochOnly() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    Object unused = epoch(training, 1, 8, 8);
    assertThat(ends).isEmpty();
    unused = epoch(training, 2, 8, 8);
    ClassSummary end = ends.get(0);
    assertThat(ends).hasSize(1);
    assertThat(end.epoch()).isEqualTo(2);
    assertThat(end.classes()).containsExactly("0", "1", "2");
    assertThat(end.report().samples()).isEqualTo(16);
    assertThat(end.report().accuracy()).isEqualTo(epochs.get(1).accuracy());
  }

  @Test
  void endsWhenLossStopsImproving() throws Exception {
    ModelSpec stopping =
        ModelSpec.parse(
            LinearEngine.YAML.replace(
                "seed: 1}", "seed: 1, stop: {tolerance: 1000, patience: 2}}"));
    Training training = training(stopping, 50);
    assertThat(epoch(training, 1, 8)).isTrue();
    // The first loss counts as an improvement; the next ones do not improve on it by 1000.
    assertThat(epoch(training, 2, 8)).isTrue();
    snapshots.recycle(published());
    assertThat(epoch(training, 3, 8)).isFalse();
  }

  @Test
  void fullBatchStepWaitsForEpochEnd() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, 2 * Learner.MICRO_BATCH_SIZE);
    assertThat(training.runProgress().steps()).isZero();
    training.submitRest();
    assertThat(snapshots.next()).isNull();
    end(training, 1);
    assertThat(training.runProgress().steps()).isEqualTo(1);
    assertThat(snapshots.next()).isNotNull();
  }

  @Test
  void commandsWaitForTheEndOfAFullBatchStep() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, 2 * Learner.MICRO_BATCH_SIZE);
    commands.submit(
        ControlCommand.newBuilder()
            .setCommandId("c")
            .setModel("m")
            .setAction(ControlAction.PAUSE)
            .setOperator("ann")
            .setCreatedAt(Instant.EPOCH)
            .build());
    training.executeCommands();
    assertThat(training.pause()).isEmpty();
    unused = end(training, 1);
    training.executeCommands();
    assertThat(training.pause()).contains("training is paused (by ann since 1970-01-01T00:00:00Z)");
  }

  @Test
  void failsOnNanLoss() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    float[] features = new float[32];
    Arrays.fill(features, Float.MAX_VALUE);
    Object unused = training.accept(samples(0, ModelTopics.batch(features, new int[8])));
    assertThatThrownBy(training::step)
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("learning rate 0.05");
    assertThat(snapshots.next()).isNull();
  }

  @Test
  void reportsWaitingOnce() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    now += Duration.ofSeconds(5).toNanos();
    training.idle();
    now += Duration.ofSeconds(5).toNanos();
    training.idle();
    assertThat(sent).extracting(TrainingProgress::getPhase).containsExactly(TrainerPhase.WAITING);
  }

  @Test
  void saysHowManySamplesWaitForTheirStep() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    now += Duration.ofSeconds(5).toNanos();
    Object unused = training.idle();
    hand(training, 0, 5);
    now += Duration.ofSeconds(5).toNanos();
    unused = training.idle();
    now += Duration.ofSeconds(5).toNanos();
    unused = training.idle();
    assertThat(notices)
        .containsExactly("5 samples wait for a step of 8: training continues when more arrive");
    assertThat(sent).extracting(TrainingProgress::getPhase).containsOnly(TrainerPhase.WAITING);
  }

  @Test
  void failsIfNothingToTrain() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    assertThat(end(training, 1)).isFalse();
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .isInstanceOf(NothingToTrainException.class)
        .hasMessageContaining("batches");
    assertThat(snapshots.next()).isInstanceOf(Publishable.Pass.class);
  }

  @Test
  void publishesNoVersionWithoutSamples() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    Object unused = training.accept(new Arrival.EpochBegin(1, 0, 0));
    unused = refuse(training, 0);
    unused = refuse(training, 1);
    assertThat(end(training, 1)).isFalse();
    Publishable.Pass pass = (Publishable.Pass) Objects.requireNonNull(snapshots.next());
    assertThat(pass.refusals()).hasSize(2);
    assertThat(pass.refusedRecords()).isEqualTo(2);
    assertThat(pass.starts())
        .containsExactly(
            new PartitionStart(null, new Position(0, 1, 0, 0), new Position(0, 1, 3, 0)));
    assertThat(snapshots.next()).isNull();
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .isInstanceOf(RefusedRecordsException.class)
        .hasMessageContaining("nothing was trained")
        .hasMessageContaining("2 of 2 records were refused: 2, for example: bad");
    assertThat(epochs).extracting(EpochSummary::refusedRecords).containsExactly(2L);
  }

  @Test
  void submitsDeadLettersAndStopsAboveMaxRefusedShare() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    Object unused = training.accept(new Arrival.EpochBegin(1, 0, 0));
    hand(training, 0, 3);
    int offset = 1;
    while (refuse(training, offset)) {
      offset++;
    }
    assertThat(offset).isEqualTo(RefusalTally.CHECKED_FROM);
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .isInstanceOf(RefusedRecordsException.class)
        .hasMessageContaining("100 of 101 records")
        .hasMessageContaining("their dead letters are committed")
        .hasMessageContaining("max.refused.share=0.1");
    Publishable.Snapshot version = published();
    assertThat(version.added().samples()).isEqualTo(3);
    assertThat(version.refusals()).hasSize(100);
  }

  @Test
  void passesLargeRefusalsAtOnce() throws Exception {
    Training training = training(LinearEngine.spec(), 2);
    Object unused = training.accept(new Arrival.EpochBegin(1, 0, 0));
    Arrival.Refused large = Records.refused(0, 0, new byte[BUDGET / 2]);
    arrivals.add(large);
    unused = arrivals.poll(0);
    unused = training.accept(large);
    assertThat(snapshots.next()).isInstanceOf(Publishable.Pass.class);
  }

  @Test
  void fullBatchFailsOnLargeRefusals() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, Learner.MICRO_BATCH_SIZE);
    Arrival.Refused large = Records.refused(0, 1, new byte[BUDGET / 2]);
    arrivals.add(large);
    assertThat(training.accept(large)).isFalse();
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("trainer.queue.bytes");
  }

  /** Regression: the reader waited for room, and training waited for the reader. */
  @Test
  void fullBatchFailsOnLargeRefusalsPassedByStep() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, Learner.MICRO_BATCH_SIZE - 1);
    Arrival.Refused large = Records.refused(0, 1, new byte[BUDGET / 2]);
    arrivals.add(large);
    unused = arrivals.poll(0);
    assertThat(training.accept(large)).isTrue();
    hand(training, 2, 1);
    assertThat(training.failure()).isEmpty();

    assertThat(training.idle()).isFalse();

    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .isInstanceOf(RefusedRecordsException.class)
        .hasMessageContaining("trainer.queue.bytes");
  }

  @Test
  void reportsUncommittedDeadLettersOfFullBatch() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, Learner.MICRO_BATCH_SIZE);
    int offset = 1;
    while (refuse(training, offset)) {
      offset++;
    }
    assertThat(snapshots.next()).isNull();
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("this epoch's are not")
        .message()
        .doesNotContain("their dead letters are committed");
  }

  /** Regression: the message said that they were committed, though nothing was. */
  @Test
  void reportsUncommittedDeadLettersBehindAnUntrainedSampleOfFullBatch() throws Exception {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    Training training = training(full, 2);
    Object unused =
        training.accept(
            new Arrival.EpochBegin(1, 2 * Learner.MICRO_BATCH_SIZE, 2 * Learner.MICRO_BATCH_SIZE));
    hand(training, 0, 1);
    int offset = 1;
    while (refuse(training, offset)) {
      offset++;
    }
    assertThat(snapshots.next()).isNull();
    assertThat(training.failure())
        .get(InstanceOfAssertFactories.THROWABLE)
        .hasMessageContaining("this epoch's are not")
        .message()
        .doesNotContain("their dead letters are committed");
  }

  /**
   * The errors are read for a version only. A version that knows of an alarm reports it: a trainer
   * that continues from it does not find the change again.
   */
  @Test
  void aVersionWhoseOwnErrorsShowAChangeReportsItAndBeginsTheBoost() throws Exception {
    Training training =
        training(
            LinearEngine.spec(),
            2,
            settings(Map.of("trainer.metrics.steps", "1000", "drift.policy", "boost")));
    List<Publishable.Snapshot> versions = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (int offset = 0; offset < 700; offset++) {
      TrainingBatch batch = ModelTopics.batch(new Random(offset), 8);
      if (offset >= 500) {
        DriftIT.permute(batch.getLabels().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      Object unused = training.accept(samples(offset, batch));
      while (training.hasStep()) {
        training.step();
      }
      training.submitRest();
      Publishable.Snapshot version = published();
      boolean knows = !version.state().driftState().contains(" Infinity");
      versions.add(version);
      factors.add(version.state().learningRateFactor());
      assertThat(versions.stream().anyMatch(each -> !each.drifts().isEmpty())).isEqualTo(knows);
      snapshots.recycle(version);
    }
    List<Publishable.Snapshot> reporting =
        versions.stream().filter(each -> !each.drifts().isEmpty()).toList();
    assertThat(reporting).hasSize(1);
    assertThat(reporting.get(0).boost()).isEqualTo(3);
    assertThat(reporting.get(0).changes()).singleElement().asString().startsWith("drift: ");
    int at = versions.indexOf(reporting.get(0));
    assertThat(factors.get(at)).isEqualTo(1);
    assertThat(factors.get(at + 1)).as("it rises for 2,500 samples").isEqualTo(1 + 2 * 8 / 2500.0);
    assertThat(versions.get(at + 1).changes())
        .singleElement()
        .asString()
        .contains("1.0 -> 3.0 (boost after drift: rises for 2,500 samples, 10,000 samples left)");
  }

  /** The next term begins the new model, and executes the commands that are left. */
  @Test
  void nothingIsSubmittedAfterARestart() throws Exception {
    Training training =
        training(LinearEngine.spec(), 2, settings(Map.of("drift.policy", "retrain")));
    int offset = 0;
    while (!training.hasRestarted()) {
      TrainingBatch batch = ModelTopics.batch(new Random(offset), 8);
      if (offset >= 500) {
        DriftIT.permute(batch.getLabels().getData().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
      assertThat(training.needsNewTerm()).isFalse();
      Object unused = training.accept(samples(offset++, batch));
      training.step();
    }
    assertThat(offset).isBetween(501, 700);
    assertThat(training.needsNewTerm()).isTrue();
    Publishable.Snapshot version = published();
    assertThat(version.positions()).containsExactly(Position.atRecord(0, 1, offset));
    assertThat(version.next()).hasSize(1);
    assertThat(version.next().get(0).offset()).isBetween(480L, 501L);
    assertThat(Objects.requireNonNull(version.restart()).getSamples())
        .isEqualTo(8 * (offset - version.next().get(0).offset()));
    assertThat(version.changes())
        .satisfiesExactly(
            drift -> assertThat(drift).startsWith("drift: "),
            restart -> assertThat(restart).startsWith("a new model begins with fresh parameters"));
    assertThat(notices).anyMatch(notice -> notice.startsWith("retrains: after the next version"));

    hand(training, offset, 20);
    commands.submit(checkpointCommand());
    training.executeCommands();
    training.submitRest();
    Object unused = training.accept(new Arrival.InputEnd());
    assertThat(snapshots.next()).isNull();
    assertThat(ends).isEmpty();
    assertThat(commands.nextOutcome()).isNull();
    assertThat(commands.next()).isNotNull();
  }

  private static ControlCommand checkpointCommand() {
    return ControlCommand.newBuilder()
        .setCommandId("c")
        .setModel("m")
        .setAction(ControlAction.CHECKPOINT)
        .setOperator("o")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private boolean refuse(Training training, int offset) throws Exception {
    return training.accept(Records.refused(0, offset));
  }

  private Publishable.Snapshot published() throws InterruptedException {
    return (Publishable.Snapshot) Objects.requireNonNull(snapshots.next());
  }

  private boolean epoch(Training training, int epoch, int... sizes) throws Exception {
    Object unused = training.accept(new Arrival.EpochBegin(epoch, 0, 0));
    for (int offset = 0; offset < sizes.length; offset++) {
      hand(training, offset, sizes[offset]);
    }
    return end(training, epoch);
  }

  private boolean end(Training training, int epoch) throws Exception {
    Object unused = training.accept(new Arrival.Passed(0, 3));
    return training.accept(new Arrival.EpochEnd(epoch));
  }

  private void hand(Training training, int offset, int size) throws Exception {
    Object unused = training.accept(samples(offset, ModelTopics.batch(new Random(offset), size)));
    while (training.hasStep()) {
      training.step();
    }
  }

  private Arrival.Samples samples(long offset, TrainingBatch batch) {
    return Records.samples(0, offset, 0, batch.getInputs(), batch.getLabels());
  }

  private Training training(ModelSpec spec, int runEpochs) {
    return training(spec, runEpochs, settings(Map.of()));
  }

  private Training training(ModelSpec spec, int runEpochs, TrainerSettings settings) {
    ModelState begin = ModelState.initial(spec, 1);
    EpochLedger ledger = new EpochLedger(begin.counters());
    RunPlan.Bounded plan =
        new RunPlan.Bounded(
            1, true, ResumePoint.at(List.of(new Position(0, 1, 0, 0))), BOUNDS, runEpochs);
    TrainedRanges coverage = new TrainedRanges(plan.resumption().starts());
    Learner learner =
        new Learner(
            new LinearModel(begin, step -> {}, () -> {}), spec, ledger, settings.metricsSteps());
    arrivals = new ArrivalQueue(1000, BUDGET);
    StepAssembler assembler =
        new StepAssembler(Learner.batchSize(spec), BUDGET, coverage, arrival -> {});
    snapshots = exchange();
    TrainerListener listener =
        new TrainerListener() {
          @Override
          public void onEpochEnd(EpochSummary epoch) {
            epochs.add(epoch);
          }

          @Override
          public void onRunEnd(ClassSummary run) {
            ends.add(run);
          }

          @Override
          public void onNotice(String notice) {
            notices.add(notice);
          }
        };
    DriftMonitor monitor =
        new DriftMonitor(
            settings.drift().detector(),
            Learner.batchSize(spec),
            settings.metricsSteps(),
            0,
            Optional.empty());
    DriftReports reports = new DriftReports(monitor, settings.drift(), notices::add);
    CheckpointSubmitter submitter =
        new CheckpointSubmitter(
            learner,
            assembler,
            arrivals,
            new CheckpointPolicy(1_000_000, Duration.ofDays(1), () -> now),
            snapshots,
            Clock.systemUTC(),
            plan.resumption(),
            0,
            reports,
            settings.drift().policy() == DriftPolicy.RETRAIN
                ? Restarts.after(List.of(), 1, coverage, 0, notices::add)
                : Restarts.never(coverage),
            new TrainedSpans());
    LearningRate rate =
        new LearningRate(learner, submitter::addChange, monitor.boost(), Optional.empty(), 1);
    KnownContracts contracts = new KnownContracts("m", "contract", List::of, List::of, () -> 0);
    return new Training(
        plan,
        "batches",
        learner,
        assembler,
        submitter,
        new Steering(commands, TrainingControl.NONE, rate, learner, submitter, listener),
        new DriftResponse(reports, 1, contracts, rate, submitter),
        new RefusalTally(0.1, 0, notices::add),
        new ProgressReporter(settings, 1, Clock.systemUTC(), () -> now, () -> 0, sent::add),
        new TrainingReports(contracts, Network.of(spec)),
        listener,
        new TrainerMetrics(new Metrics("m").worker("w")),
        new StepTimer(Duration.ofSeconds(15), () -> now),
        true);
  }

  private static TrainerSettings settings(Map<String, String> given) {
    return TrainerSettings.from("m", Settings.check(given, List.of(TrainerSettings.configDef())));
  }

  private static SnapshotExchange exchange() {
    ModelSpec spec = LinearEngine.spec();
    return new SnapshotExchange(ModelState.allocate(spec), ModelState.allocate(spec));
  }
}
