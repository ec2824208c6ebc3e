package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Checkpoint;
import dev.tidemill.schemas.LostRange;
import dev.tidemill.schemas.PartitionBounds;
import dev.tidemill.schemas.ReadPosition;
import dev.tidemill.schemas.Restart;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunPlannerTest {
  private static final List<LogRange> LOG = List.of(new LogRange(0, 5, 20), new LogRange(1, 0, 8));

  @Test
  void emptyLineageStartsAtLogStart() {
    assertThat(plan(0, false, LOG).plan(null, false))
        .isEqualTo(new RunPlan.Endless(1, true, first(), Map.of()));
    assertThat(plan(0, true, LOG).plan(null, false))
        .isEqualTo(new RunPlan.Endless(1, true, first(), Map.of(0, 20L, 1, 8L)));
    assertThat(plan(3, false, LOG).plan(null, false))
        .isEqualTo(new RunPlan.Bounded(1, true, first(), LOG, 3));
  }

  @Test
  void rejectsEndingRunWithoutRecords() {
    List<LogRange> empty = List.of(new LogRange(0, 5, 5), new LogRange(1, 0, 0));
    assertThatThrownBy(() -> plan(2, false, empty).plan(null, false))
        .isInstanceOf(NothingToTrainException.class)
        .hasMessageContaining("batches");
    assertThatThrownBy(() -> plan(0, true, empty).plan(null, false))
        .isInstanceOf(NothingToTrainException.class);
    assertThat(plan(0, false, empty).plan(null, false)).isInstanceOf(RunPlan.Endless.class);
  }

  @Test
  void endlessRunContinuesAtExactSample() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3), new ReadPosition(1, 1, 2L, 0));
    assertThat(plan(0, false, LOG).plan(newest, false))
        .isEqualTo(
            new RunPlan.Endless(
                1,
                false,
                ResumePoint.at(List.of(new Position(0, 1, 9, 3), new Position(1, 1, 2, 0))),
                Map.of()));
  }

  @Test
  void newPartitionStartsAtItsLogStart() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3));
    RunPlan plan = plan(0, false, LOG).plan(newest, false);
    assertThat(((RunPlan.Reading) plan).from())
        .containsExactly(new Position(0, 1, 9, 3), new Position(1, 1, 0, 0));
  }

  @Test
  void boundedRunStartsWhereEndlessRunEnded() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3), new ReadPosition(1, 1, 8L, 0));
    assertThat(plan(2, false, LOG).plan(newest, false))
        .isEqualTo(
            new RunPlan.Bounded(
                2,
                true,
                ResumePoint.at(List.of(new Position(0, 1, 9, 3), new Position(1, 1, 8, 0))),
                List.of(new LogRange(0, 9, 20), new LogRange(1, 8, 8)),
                2));
  }

  @Test
  void unfinishedBoundedRunContinuesInItsEpoch() {
    Checkpoint newest = bounded(4, new ReadPosition(0, 3, 7L, 1), new ReadPosition(1, 3, 6L, 0));
    List<LogRange> bounds = List.of(new LogRange(0, 5, 15), new LogRange(1, 0, 6));
    ResumePoint expected =
        ResumePoint.at(List.of(new Position(0, 3, 7, 1), new Position(1, 3, 6, 0)));
    assertThat(plan(4, false, LOG).plan(newest, false))
        .isEqualTo(new RunPlan.Bounded(1, false, expected, bounds, 4));
    assertThat(plan(9, false, LOG).plan(newest, false))
        .isEqualTo(new RunPlan.Bounded(1, false, expected, bounds, 9));
    assertThatThrownBy(() -> plan(2, false, LOG).plan(newest, false))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("is in epoch 3 of 4");
    assertThatThrownBy(() -> plan(0, false, LOG).plan(newest, false))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("--epochs 4");
  }

  @Test
  void nextEpochFollowsFinishedEpoch() {
    Checkpoint newest = finishedEpoch(3, 4);
    assertThat(plan(4, false, LOG).plan(newest, false))
        .isEqualTo(
            new RunPlan.Bounded(
                1,
                false,
                ResumePoint.at(at(4, 5, 0)),
                List.of(new LogRange(0, 5, 15), new LogRange(1, 0, 6)),
                4));
  }

  @Test
  void moreEpochsContinueFinishedRunWithSameBounds() {
    RunPlan.Bounded plan = (RunPlan.Bounded) plan(6, false, LOG).plan(finishedEpoch(4, 4), false);
    assertThat(plan.run()).isEqualTo(1);
    assertThat(plan.from()).isEqualTo(at(5, 5, 0));
  }

  @Test
  void nextRunReadsOnlyNewRecords() {
    assertThat(plan(4, false, LOG).plan(finishedEpoch(4, 4), false))
        .isEqualTo(
            new RunPlan.Bounded(
                2,
                true,
                ResumePoint.at(at(1, 15, 6)),
                List.of(new LogRange(0, 15, 20), new LogRange(1, 6, 8)),
                4));
    assertThat(plan(0, false, LOG).plan(finishedEpoch(4, 4), false))
        .isEqualTo(new RunPlan.Endless(2, true, ResumePoint.at(at(1, 15, 6)), Map.of()));
  }

  @Test
  void convergedRunIsFinished() {
    RunPlan.Reading plan = (RunPlan.Reading) plan(9, false, LOG).plan(finishedEpoch(2, 9), true);
    assertThat(plan.run()).isEqualTo(2);
    assertThat(plan.from()).isEqualTo(at(1, 15, 6));
  }

  @Test
  void reportsNothingNew() {
    List<LogRange> same = List.of(new LogRange(0, 5, 15), new LogRange(1, 0, 6));
    assertThat(plan(4, false, same).plan(finishedEpoch(4, 4), false))
        .isInstanceOfSatisfying(
            RunPlan.NothingNew.class, nothing -> assertThat(nothing.why()).contains("version 7"));
    assertThat(plan(0, false, same).plan(finishedEpoch(4, 4), false))
        .isInstanceOf(RunPlan.Endless.class);
  }

  @Test
  void rejectsDeletedRecords() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 3L, 0), new ReadPosition(1, 1, 2L, 0));
    assertThatThrownBy(() -> plan(0, false, LOG).plan(newest, false))
        .isInstanceOf(RecordsLostException.class)
        .hasMessageContaining("partition 0")
        .hasMessageContaining("offset 3")
        .hasMessageContaining("5 to 20");
    List<LogRange> recreated = List.of(new LogRange(0, 0, 1), new LogRange(1, 0, 8));
    assertThatThrownBy(() -> plan(0, false, recreated).plan(newest, false))
        .isInstanceOf(RecordsLostException.class);
  }

  @Test
  void rejectsDeletedRecordsOfLaterEpochs() {
    Checkpoint newest = bounded(4, new ReadPosition(0, 3, 14L, 0), new ReadPosition(1, 3, 6L, 0));
    List<LogRange> shortened = List.of(new LogRange(0, 9, 20), new LogRange(1, 0, 8));
    assertThatThrownBy(() -> plan(4, false, shortened).plan(newest, false))
        .isInstanceOf(RecordsLostException.class)
        .hasMessageContaining("offset 5");
    assertThat(plan(3, false, shortened).plan(newest, false)).isInstanceOf(RunPlan.Bounded.class);
  }

  @Test
  void passMovesStartButNotRange() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3), new ReadPosition(1, 1, 2L, 0));
    RunPlan.Reading plan =
        (RunPlan.Reading) plan(0, false, false, LOG, passed(1, 1, 1, 2, 6)).plan(newest, false);
    assertThat(plan.resumption().starts())
        .containsExactly(
            PartitionStart.at(new Position(0, 1, 9, 3)),
            new PartitionStart(null, new Position(1, 1, 2, 0), new Position(1, 1, 6, 0)));
  }

  @Test
  void toleratesDeletionOfPassedRecords() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3), new ReadPosition(1, 1, 2L, 0));
    List<LogRange> shortened = List.of(new LogRange(0, 5, 20), new LogRange(1, 4, 8));
    RunPlan.Reading plan =
        (RunPlan.Reading)
            plan(0, false, false, shortened, passed(1, 1, 1, 2, 6)).plan(newest, false);
    assertThat(plan.resumption().starts().get(1))
        .isEqualTo(new PartitionStart(null, new Position(1, 1, 4, 0), new Position(1, 1, 6, 0)));
    assertThat(plan.resumption().gaps())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.getStart()).isEqualTo(2);
              assertThat(gap.getEnd()).isEqualTo(4);
              assertThat(gap.getReason()).contains("after they were passed");
            });
  }

  @Test
  void passCompletesEpoch() {
    Checkpoint newest = bounded(4, new ReadPosition(0, 1, 15L, 0), new ReadPosition(1, 1, 2L, 0));
    RunPlan.Reading plan =
        (RunPlan.Reading) plan(4, false, false, LOG, passed(1, 1, 1, 2, 6)).plan(newest, false);
    assertThat(plan.from()).isEqualTo(at(2, 5, 0));
    assertThat(plan.resumption().starts().get(1).ended())
        .isEqualTo(new PartitionStart.Ended(new Position(1, 1, 2, 0), new Position(1, 1, 6, 0)));
    // The same offset of another epoch does not count.
    plan = (RunPlan.Reading) plan(4, false, false, LOG, passed(1, 1, 2, 2, 6)).plan(newest, false);
    assertThat(plan.from()).isEqualTo(List.of(new Position(0, 1, 15, 0), new Position(1, 1, 2, 0)));
  }

  @Test
  void recordsAcceptedGapAndStartsAfterIt() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 3L, 2), new ReadPosition(1, 1, 2L, 0));
    RunPlan.Reading plan =
        (RunPlan.Reading) plan(0, false, true, LOG, GroupPositions.NONE).plan(newest, false);
    assertThat(plan.from()).isEqualTo(at(1, 5, 2));
    assertThat(plan.resumption().gaps())
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.getPartition()).isZero();
              assertThat(gap.getStart()).isEqualTo(3);
              assertThat(gap.getEnd()).isEqualTo(5);
              assertThat(gap.getReason()).contains("trainer.accept.gap");
            });
    // A pass after the gap keeps it.
    plan = (RunPlan.Reading) plan(0, false, false, LOG, passed(0, 1, 1, 5, 7)).plan(newest, false);
    assertThat(plan.resumption().starts().get(0))
        .isEqualTo(new PartitionStart(null, new Position(0, 1, 5, 0), new Position(0, 1, 7, 0)));
    assertThat(plan.resumption().gaps()).hasSize(1);
  }

  @Test
  void acceptsGapOfLaterEpochs() {
    Checkpoint newest = bounded(4, new ReadPosition(0, 3, 14L, 0), new ReadPosition(1, 3, 6L, 0));
    List<LogRange> shortened = List.of(new LogRange(0, 9, 20), new LogRange(1, 0, 8));
    RunPlan.Reading plan =
        (RunPlan.Reading) plan(4, false, true, shortened, GroupPositions.NONE).plan(newest, false);
    assertThat(plan.bounds().get(0)).isEqualTo(new LogRange(0, 9, 15));
    assertThat(plan.resumption().gaps()).hasSize(1);
  }

  @Test
  void recordsAddedPartitionsAsChange() {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3));
    RunPlan.Reading plan = (RunPlan.Reading) plan(0, false, LOG).plan(newest, false);
    assertThat(plan.resumption().changes())
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("partition 1 of batches was added");
  }

  private static RunPlanner plan(int epochs, boolean exitAtEnd, List<LogRange> log) {
    return plan(epochs, exitAtEnd, false, log, GroupPositions.NONE);
  }

  @Test
  void aRestartBeginsAtItsPositions() {
    assertThat(plan(0, false, LOG).plan(restart(7L, 2, 1L), false))
        .isEqualTo(
            new RunPlan.Endless(
                1,
                false,
                ResumePoint.at(List.of(new Position(0, 1, 7, 2), new Position(1, 1, 1, 0))),
                Map.of()));
    // A pass of the new model moves on from there.
    RunPlan plan =
        plan(0, false, false, LOG, passed(1, 1, 1, 1, 4)).plan(restart(7L, 2, 1L), false);
    assertThat(((RunPlan.Reading) plan).from())
        .containsExactly(new Position(0, 1, 7, 2), new Position(1, 1, 4, 0));
  }

  @Test
  void recordsThatARestartCannotTrainAgainAreAGap() {
    RunPlan plan = plan(0, false, LOG).plan(restart(2L, 2, 1L), false);
    assertThat(((RunPlan.Reading) plan).from())
        .containsExactly(new Position(0, 1, 5, 0), new Position(1, 1, 1, 0));
    assertThat(((RunPlan.Reading) plan).resumption().gaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.getStart()).isEqualTo(2))
        .satisfies(gap -> assertThat(gap.getEnd()).isEqualTo(5))
        .satisfies(gap -> assertThat(gap.getReason()).contains("trained again"));
  }

  @Test
  void recordsThatNoModelHasTrainedNeedAnAcceptedGapAfterARestart() {
    // The newest version ended at offset 9.
    List<LogRange> log = List.of(new LogRange(0, 10, 20), new LogRange(1, 0, 8));
    assertThatThrownBy(() -> plan(0, false, log).plan(restart(7L, 2, 1L), false))
        .isInstanceOf(RecordsLostException.class);
    RunPlan accepted =
        plan(0, false, true, log, GroupPositions.NONE).plan(restart(7L, 2, 1L), false);
    assertThat(((RunPlan.Reading) accepted).resumption().gaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.getReason()).contains("accepted with"));
  }

  /** Returns a version that ended at offset 9 sample 3, and at offset 2. */
  private static Checkpoint restart(long first, int sample, long second) {
    Checkpoint newest = endless(new ReadPosition(0, 1, 9L, 3), new ReadPosition(1, 1, 2L, 0));
    newest.setRestart(
        new Restart(
            List.of(new ReadPosition(0, 1, first, sample), new ReadPosition(1, 1, second, 0)),
            100L,
            "why"));
    return newest;
  }

  private static RunPlanner plan(
      int epochs, boolean exitAtEnd, boolean acceptGap, List<LogRange> log, GroupPositions passes) {
    return new RunPlanner("batches", epochs, exitAtEnd, acceptGap, log, passes);
  }

  private static GroupPositions passed(int partition, long run, int epoch, long from, long offset) {
    return new GroupPositions(
        Map.of(
            partition,
            new GroupPositions.Committed(
                offset, new PositionTag(7, run, epoch, "id", from, 0, 0, ""))));
  }

  /** Returns the resume point of a new model, whose deleted offsets are a gap. */
  private static ResumePoint first() {
    return new ResumePoint(
        at(1, 5, 0).stream().map(PartitionStart::at).toList(),
        List.of(new LostRange(0, 0L, 5L, StartFinder.BEFORE_FIRST)),
        List.of());
  }

  private static List<Position> at(int epoch, long first, long second) {
    return List.of(new Position(0, epoch, first, 0), new Position(1, epoch, second, 0));
  }

  private static Checkpoint endless(ReadPosition... positions) {
    return manifest(0, List.of(), positions);
  }

  private static Checkpoint bounded(int epochs, ReadPosition... positions) {
    return manifest(
        epochs,
        List.of(new PartitionBounds(0, 5L, 15L), new PartitionBounds(1, 0L, 6L)),
        positions);
  }

  private static Checkpoint finishedEpoch(int epoch, int epochs) {
    return bounded(epochs, new ReadPosition(0, epoch, 15L, 0), new ReadPosition(1, epoch, 6L, 0));
  }

  private static Checkpoint manifest(
      int epochs, List<PartitionBounds> bounds, ReadPosition... positions) {
    return Checkpoint.newBuilder()
        .setModel("m")
        .setVersion(7)
        .setParent(6L)
        .setRun(1)
        .setSpec("")
        .setEngine("test")
        .setTopic("batches")
        .setRanges(List.of())
        .setPositions(List.of(positions))
        .setBounds(bounds)
        .setEpochs(epochs)
        .setSteps(1)
        .setSamples(1)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }
}
