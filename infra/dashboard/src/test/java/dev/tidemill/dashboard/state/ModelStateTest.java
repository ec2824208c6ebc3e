package dev.tidemill.dashboard.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tidemill.dashboard.state.LogSample.Extent;
import dev.tidemill.dashboard.state.LogSample.GroupSample;
import dev.tidemill.dashboard.state.LogSample.TopicSample;
import dev.tidemill.dashboard.state.ModelView.Fault;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.schemas.ControlEvent;
import dev.tidemill.schemas.ControlOutcome;
import dev.tidemill.schemas.DeadLetter;
import dev.tidemill.schemas.DeadLetterAction;
import dev.tidemill.schemas.DeadLetterActionKind;
import dev.tidemill.schemas.DriftEvent;
import dev.tidemill.schemas.DriftSignal;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.ProgressEvent;
import dev.tidemill.schemas.Topics;
import dev.tidemill.schemas.TrainerPhase;
import dev.tidemill.schemas.TrainingProgress;
import dev.tidemill.schemas.WorkerRole;
import dev.tidemill.schemas.WorkerStatus;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state says what the records say, and names what is wrong. */
class ModelStateTest {
  private static final long NOW = 1_700_000_000_000L;

  private final ModelState state = new ModelState("digits");
  private long ticked = NOW + 2_000;

  @BeforeEach
  void everythingIsRead() {
    state.restart("id-1", true);
    state.loaded();
  }

  @Test
  void marksAWorkerThatFellSilent() {
    state.add(new ProgressEvent(status("trainer-1", WorkerRole.TRAINER, "READY", 3)), NOW);

    assertThat(state.view(NOW + 11_000).workers()).noneMatch(ModelView.WorkerRow::gone);
    assertThat(state.view(NOW + 13_000).workers()).allMatch(ModelView.WorkerRow::gone);
    assertThat(whatIsWrong(NOW + 13_000)).containsExactly("trainer-1 is gone");
  }

  @Test
  void keepsTheLargestFigureOfEachRole() {
    announceFigures("serve-1", WorkerRole.INFERENCE, Map.of("commit.ms.p99", 12.0), NOW);
    announceFigures("serve-2", WorkerRole.INFERENCE, Map.of("commit.ms.p99", 30.0), NOW + 1_000);
    announceFigures(
        "trainer-1", WorkerRole.TRAINER, Map.of("resident.bytes", 2.0 * (1 << 20)), NOW + 2_000);
    announceFigures("serve-1", WorkerRole.INFERENCE, Map.of("commit.ms.p99", 5.0), NOW + 20_000);

    Chart chart = state.figures(0, 100);
    assertThat(chart.columns())
        .containsExactly("commitP50", "commitP99", "trainerMiB", "inferenceMiB");
    assertThat(chart.series().get(1))
        .as("serve-2 has said nothing for too long at the end")
        .containsExactly(12.0, 30.0, 30.0, 5.0);
    assertThat(chart.series().get(2)).containsExactly(null, null, 2.0, null);
  }

  private void announceFigures(
      String worker, WorkerRole role, Map<String, Double> figures, long atMillis) {
    WorkerStatus status = status(worker, role, "READY", 0);
    status.setFigures(figures);
    state.add(new ProgressEvent(status), atMillis);
  }

  @Test
  void listsChangesInTheDataNewestFirst() {
    long revision = state.view(NOW).driftsRevision();
    state.add(new ControlEvent(drift(DriftSignal.ERROR, null, 10)));
    state.add(new ControlEvent(drift(DriftSignal.INPUT, "age", 20)));
    state.add(new ControlEvent(drift(DriftSignal.DELAYED, null, 30)));

    assertThat(state.drifts())
        .extracting(DriftLog.DriftRow::what, DriftLog.DriftRow::offset)
        .containsExactly(
            tuple("error by delayed labels: 0.100, then 0.900 (adwin)", 30L),
            tuple("distance of feature age from the data contract: 0.100, then 0.900 (adwin)", 20L),
            tuple("prequential error: 0.100, then 0.900 (adwin)", 10L));
    assertThat(state.view(NOW).driftsRevision()).isNotEqualTo(revision);
    state.restart("id-1", true);
    assertThat(state.drifts()).isEmpty();
  }

  private static DriftEvent drift(DriftSignal signal, @Nullable String feature, long offset) {
    return DriftEvent.newBuilder()
        .setModel("digits")
        .setWorker("trainer-1")
        .setSignal(signal)
        .setFeature(feature)
        .setDetector("adwin")
        .setTopic("batches")
        .setTopicId("id")
        .setPartition(0)
        .setOffset(offset)
        .setBegan(1)
        .setDetected(2)
        .setBefore(0.1)
        .setAfter(0.9)
        .setPolicy("announce")
        .setAction("training continues as before")
        .setVersion(1)
        .setCreatedAt(Instant.ofEpochMilli(NOW))
        .build();
  }

  @Test
  void doesNotMissAWorkerThatSaidThatItEnds() {
    state.add(new ProgressEvent(status("producer-1", WorkerRole.PRODUCER, "STOPPED", 0)), NOW);

    assertThat(whatIsWrong(NOW + 60_000)).isEmpty();
    assertThat(state.view(NOW + 31 * 60_000).workers()).isEmpty();
  }

  @Test
  void saysThatTrainingDoesNotAdvanceOnlyIfRecordsWait() {
    state.add(new ProgressEvent(status("trainer-1", WorkerRole.TRAINER, "READY", 3)), NOW + 70_000);
    state.add(new ProgressEvent(progress(6_400)), NOW);
    state.add(sample(NOW + 70_000, 40, 40, 0));
    state.add(sample(NOW + 71_000, 50, 40, 10));
    assertThat(whatIsWrong(NOW + 72_000)).isEmpty();

    state.add(
        new ProgressEvent(status("trainer-1", WorkerRole.TRAINER, "READY", 3)), NOW + 130_000);
    assertThat(whatIsWrong(NOW + 130_500)).isEmpty();
    assertThat(whatIsWrong(NOW + 131_500)).containsExactly("training does not advance");
  }

  @Test
  void doesNotCallAPausedTrainingStalled() {
    state.add(new ProgressEvent(status("trainer-1", WorkerRole.TRAINER, "READY", 3)), NOW + 70_000);
    state.add(new ProgressEvent(progress(6_400)), NOW);
    state.add(sample(NOW + 71_000, 50, 40, 10));
    state.add(command("c1", ControlAction.PAUSE, null));

    assertThat(whatIsWrong(NOW + 71_000)).containsExactly("training is paused");
  }

  @Test
  void showsACommandWithItsOutcomes() {
    state.add(command("c1", ControlAction.PIN, 7L));
    state.add(
        new ControlEvent(
            new ControlOutcome(
                "c1", "digits", "inference-1", false, "refused", Instant.ofEpochMilli(NOW))));

    assertThat(state.commands(10)).hasSize(1);
    assertThat(state.commands(10).get(0).outcomes())
        .containsExactly(new CommandLog.OutcomeRow("inference-1", false, "refused"));
    assertThat(state.view(NOW).pinned()).isEqualTo(7);
  }

  @Test
  void countsLettersOfOneKindTogetherUntilTheyAreDone() {
    state.add(letter("12 inputs, not 784"), 4, NOW);
    state.add(letter("13 inputs, not 784"), 5, NOW);
    state.add(letter("no label"), 6, NOW);
    state.add(done(5, "id-1"));
    state.add(done(6, "an older topic's id"));

    assertThat(state.letters(10).reasons())
        .containsExactlyInAnyOrder(
            new LetterTable.ReasonRow("# inputs, not #", 1),
            new LetterTable.ReasonRow("no label", 1));
    assertThat(state.openLetters("# inputs, not #")).containsExactly(4L);
    assertThat(state.view(NOW).openLetters()).isEqualTo(2);
    assertThat(whatIsWrong(NOW)).containsExactly("2 dead letters are open");
  }

  @Test
  void countsOpenLettersThatItNoLongerKeeps() {
    for (int offset = 10; offset < 3_010; offset++) {
      state.add(letter("no label"), offset, NOW);
    }
    state.add(done(12, "id-1"));
    state.add(done(12, "id-1"));
    state.add(done(3_000, "id-1"));
    state.add(done(3, "id-1"));

    assertThat(state.view(NOW).openLetters()).isEqualTo(2_998);
    assertThat(state.letters(10).open()).isEqualTo(2_998);
    assertThat(state.letters(10).reasons())
        .containsExactly(new LetterTable.ReasonRow("no label", 1_999));
  }

  @Test
  void countsNoLettersAsOpenWhoseActionsCameFirst() {
    for (int offset = 0; offset < 5_000; offset++) {
      state.add(done(offset, "id-1"));
    }
    for (int offset = 0; offset < 5_001; offset++) {
      state.add(letter("no label"), offset, NOW);
    }

    assertThat(state.view(NOW).openLetters()).isOne();
  }

  @Test
  void forgetsLettersThatRetentionRemoved() {
    for (int offset = 0; offset < 3_000; offset++) {
      state.add(letter("no label"), offset, NOW);
    }
    TopicSample topic =
        new TopicSample("tidemill.digits.dead-letters", List.of(new Extent(2_990, 3_000)), 1);
    state.add(new LogSample(NOW, Map.of(Topics.Name.DEAD_LETTERS, topic), Map.of()));

    assertThat(state.view(NOW).openLetters()).isEqualTo(10);
    assertThat(state.letters(2_000).newest()).hasSize(10);
    assertThat(state.letters(2_000).reasons())
        .containsExactly(new LetterTable.ReasonRow("no label", 10));
  }

  @Test
  void countsPredictionsBySecondAndVersion() {
    for (int i = 0; i < 30; i++) {
      state.add(prediction(i, i < 20 ? 1 : 2, null), i % 3, i, NOW + 100L * i);
    }
    state.add(prediction(30, 2, "the shape is wrong"), 0, 30, NOW + 2_950);
    tickUntil(NOW + 4_500);

    Chart history = state.serving(0, 100);
    assertThat(history.times()).containsExactly(NOW, NOW + 1_000, NOW + 2_000);
    assertThat(history.series().get(history.columns().indexOf("rate")))
        .containsExactly(10.0, 10.0, 11.0);
    assertThat(history.series().get(history.columns().indexOf("errors")))
        .containsExactly(0.0, 0.0, 1.0);
    assertThat(history.series().get(history.columns().indexOf("totalP50")).get(0)).isEqualTo(5.0);
    assertThat(state.answersByVersion().series())
        .isEqualTo(List.of(List.of(10.0, 10.0, 0.0), List.of(0.0, 0.0, 11.0)));
    assertThat(state.view(NOW + 4_500).serving().errors()).isEqualTo(1);
    assertThat(state.recent().get(0).error()).isEqualTo("the shape is wrong");
  }

  @Test
  void correctsASecondWhosePartitionIsReadLate() {
    state.add(prediction(0, 1, null), 0, 0, NOW + 10);
    tickUntil(NOW + 3_000);
    state.add(prediction(1, 1, null), 1, 0, NOW + 20);
    tickUntil(NOW + 4_000);

    Chart history = state.serving(0, 100);
    assertThat(history.series().get(history.columns().indexOf("rate"))).startsWith(2.0);
  }

  @Test
  void writesNoZeroForATimeInWhichNobodyCouldRead() {
    state.add(prediction(0, 1, null), 0, 0, NOW + 10);
    tickUntil(NOW + 3_000);
    state.unreachable("topics", "no broker answers");
    tickUntil(NOW + 60_000);
    state.unreachable("topics", null);
    state.add(prediction(1, 1, null), 0, 1, NOW + 30_000);
    tickUntil(NOW + 61_000);

    Chart history = state.serving(0, 100);
    assertThat(history.times()).contains(NOW, NOW + 30_000).doesNotContain(NOW + 31_000);
  }

  @Test
  void scoresVersionsByLabelsThatComeLater() {
    state.add(prediction(0, 1, null), 0, 0, NOW);
    state.add(prediction(1, 1, null), 0, 1, NOW);
    state.add(new Label("0", 3, List.of(), Instant.ofEpochMilli(NOW)), NOW + 5_000);
    state.add(new Label("1", 4, List.of(), Instant.ofEpochMilli(NOW)), NOW + 5_000);

    assertThat(state.labels().versions())
        .singleElement()
        .satisfies(
            score -> {
              assertThat(score.accuracy()).isEqualTo(0.5);
              assertThat(score.confusion().get(4)).isEqualTo(Map.of(3, 1L));
            });
    assertThat(state.truths()).containsEntry("1", "4");
  }

  private void tickUntil(long end) {
    for (; ticked <= end; ticked += 500) {
      state.tick(ticked);
    }
  }

  @Test
  void saysHowLongABacklogTakes() {
    state.add(sample(NOW, 1_000, 0, 1_000));
    state.add(sample(NOW + 10_000, 1_000, 500, 500));

    ModelView.GroupRow group =
        Objects.requireNonNull(state.view(NOW + 10_000).topics().get(0).group());
    assertThat(group.rate()).isEqualTo(50);
    assertThat(group.secondsToCatchUp()).isEqualTo(10);

    state.add(sample(NOW + 20_000, 2_000, 500, 1_500));
    ModelView.GroupRow grows =
        Objects.requireNonNull(state.view(NOW + 20_000).topics().get(0).group());
    assertThat(grows.secondsToCatchUp()).isNull();
  }

  @Test
  void countsWhatItCannotRead() {
    state.unreadable("tidemill.digits.control", 0, 17, "unknown schema", NOW);

    assertThat(state.view(NOW).faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.why()).contains("offset 17", "unknown schema"));
  }

  private List<String> whatIsWrong(long now) {
    return state.view(now).faults().stream().map(Fault::what).toList();
  }

  private static WorkerStatus status(String name, WorkerRole role, String health, long version) {
    return WorkerStatus.newBuilder()
        .setModel("digits")
        .setWorker(name)
        .setRole(role)
        .setState(health)
        .setDetail(health)
        .setConditions(List.of())
        .setVersion(version)
        .setHost("a-host")
        .setPid(1)
        .setRelease("1")
        .setStartedAt(Instant.ofEpochMilli(NOW))
        .setCreatedAt(Instant.ofEpochMilli(NOW))
        .build();
  }

  private static TrainingProgress progress(long samples) {
    return TrainingProgress.newBuilder()
        .setModel("digits")
        .setWorker("trainer-1")
        .setPhase(TrainerPhase.TRAINING)
        .setEpoch(1)
        .setSteps(samples / 64)
        .setSamples(samples)
        .setSamplesPerSecond(100)
        .setLoss(0.5)
        .setLearningRate(0.1)
        .setVersion(3)
        .setRefusedRecords(0)
        .setCreatedAt(Instant.ofEpochMilli(NOW))
        .build();
  }

  private static LogSample sample(long at, long end, long committed, long pending) {
    return new LogSample(
        at,
        Map.of(
            Topics.Name.BATCHES,
            new TopicSample("tidemill.digits.batches", List.of(new Extent(0, end)), 1_000)),
        Map.of(
            Topics.Name.BATCHES,
            new GroupSample("group", List.of(committed), List.of(pending), true, 1)));
  }

  private static ControlEvent command(String id, ControlAction action, @Nullable Long version) {
    return new ControlEvent(
        new ControlCommand(
            id, "digits", action, version, null, "somebody", Instant.ofEpochMilli(NOW)));
  }

  private static ControlEvent done(long offset, String topicId) {
    return new ControlEvent(
        new DeadLetterAction(
            "digits",
            topicId,
            offset,
            DeadLetterActionKind.DISCARD,
            "somebody",
            Instant.ofEpochMilli(NOW)));
  }

  private static DeadLetter letter(String reason) {
    return DeadLetter.newBuilder()
        .setTopic("tidemill.digits.batches")
        .setPartition(1)
        .setOffset(2)
        .setReason(reason)
        .setWorker("trainer-1")
        .setValue(ByteBuffer.wrap(new byte[] {'a', 0, '<'}))
        .setHeaders(List.of())
        .setCreatedAt(Instant.ofEpochMilli(NOW))
        .build();
  }

  /** Answered 5 ms after it was requested. */
  private static Prediction prediction(int number, long version, @Nullable String error) {
    return Prediction.newBuilder()
        .setRequestId(Integer.toString(number))
        .setRequestTopicId("id")
        .setRequestPartition(0)
        .setRequestOffset(number)
        .setModel("digits")
        .setModelVersion(version)
        .setVersionAgeMs(10)
        .setLabel(error == null ? 3 : null)
        .setOutputs(List.of(0f, 0f, 0f, 0.5f, 0f))
        .setQueuedUs(1_000)
        .setComputedUs(2_000)
        .setBatchSize(4)
        .setRequestedAt(Instant.ofEpochMilli(NOW + 100L * number - 5))
        .setCreatedAt(Instant.ofEpochMilli(NOW + 100L * number))
        .setWorker("inference-1")
        .setError(error)
        .build();
  }
}
