package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.trainer.divergence.DivergenceCause;
import dev.tidemill.trainer.divergence.DivergencePolicy;
import dev.tidemill.trainer.divergence.DivergenceSettings;
import dev.tidemill.trainer.divergence.DivergenceState;
import dev.tidemill.trainer.divergence.ExcludedBatches;
import dev.tidemill.trainer.divergence.LossBound;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DivergenceWatchTest {
  private static final DivergenceSettings SETTINGS =
      new DivergenceSettings(DivergencePolicy.ROLLBACK, 3, 0.5, 1000);

  private final TrainedRanges coverage =
      new TrainedRanges(
          ResumePoint.at(List.of(Position.atRecord(0, 1, 0), Position.atRecord(1, 1, 100)))
              .starts());
  private int steps;

  /** Returns a watch with the default settings, at the beginning of a model. */
  static DivergenceWatch watch(ModelSpec spec, TrainedRanges coverage) {
    return new DivergenceWatch(SETTINGS, spec, coverage, DivergenceState.NONE, 0, false);
  }

  private DivergenceWatch watch(int diverged, DivergenceState begin, boolean bounded) {
    return new DivergenceWatch(SETTINGS, LinearEngine.spec(), coverage, begin, diverged, bounded);
  }

  private DivergenceWatch watch(int diverged) {
    return watch(diverged, DivergenceState.NONE, false);
  }

  /** A step over one record of partition 0. */
  private void step(DivergenceWatch watch, double loss) {
    step(watch, loss, 0, coverage.position(0).offset() + 1, 0);
  }

  private void step(DivergenceWatch watch, double loss, int partition, long offset, int sample) {
    watch.begin();
    coverage.advance(partition, offset, sample);
    watch.measured(new MetricSums(8, 8 * loss, 0, TargetSums.NONE), ++steps);
  }

  private Divergence divergence(DivergenceWatch watch, double loss) {
    return catchThrowableOfType(DivergedException.class, () -> step(watch, loss)).divergence();
  }

  private static ExcludedBatches records(long from, long to, long step, DivergenceCause cause) {
    return new ExcludedBatches(0, 1, from, to, step, cause);
  }

  @Test
  void blamesTheStepWhoseLossIsNotFinite() {
    DivergenceWatch watch = watch(0);
    step(watch, 2);
    step(watch, 2);
    Divergence found = divergence(watch, Double.NaN);
    assertThat(found.cause()).isEqualTo(DivergenceCause.LOSS_NOT_FINITE);
    assertThat(found.step()).isEqualTo(3);
    assertThat(found.batches()).containsExactly(records(2, 3, 3, DivergenceCause.LOSS_NOT_FINITE));
  }

  /** A record counts as a whole, though only some of its samples are in the step. */
  @Test
  void blamesAllRecordsOfTheStep() {
    DivergenceWatch watch = watch(0);
    step(watch, 2, 0, 4, 3);
    watch.begin();
    coverage.advance(0, 6, 2);
    coverage.advance(1, 101, 0);
    Divergence found =
        catchThrowableOfType(
                DivergedException.class,
                () ->
                    watch.measured(
                        new MetricSums(8, Double.POSITIVE_INFINITY, 0, TargetSums.NONE), 2))
            .divergence();
    assertThat(found.batches())
        .containsExactly(
            records(4, 7, 2, DivergenceCause.LOSS_NOT_FINITE),
            new ExcludedBatches(1, 1, 100, 101, 2, DivergenceCause.LOSS_NOT_FINITE));
    assertThat(found.starts())
        .extracting(PartitionStart::begin)
        .containsExactly(Position.atRecord(0, 1, 0), Position.atRecord(1, 1, 100));
  }

  /** The steps after it have a large loss because of its update. */
  @Test
  void blamesTheFirstStepOfAnExplosion() {
    DivergenceWatch watch = watch(0);
    for (int i = 0; i < 20; i++) {
      step(watch, 2);
    }
    step(watch, 1e5);
    step(watch, 1e9);
    assertThat(watch.isSuspicious()).isTrue();
    assertThat(divergence(watch, Double.NaN).batches())
        .containsExactly(records(20, 21, 23, DivergenceCause.LOSS_NOT_FINITE));
  }

  @Test
  void divergesAfterSeveralLargeLossesInARow() {
    DivergenceWatch watch = watch(0);
    for (int i = 0; i < 20; i++) {
      step(watch, 2);
    }
    for (int i = 1; i < LossBound.CONSECUTIVE; i++) {
      step(watch, 2001);
    }
    Divergence found = divergence(watch, 2001);
    assertThat(found.cause()).isEqualTo(DivergenceCause.LOSS_EXPLODED);
    assertThat(found.batches()).containsExactly(records(20, 21, 21, DivergenceCause.LOSS_EXPLODED));
  }

  @Test
  void aSpikeIsNoDivergence() {
    DivergenceWatch watch = watch(0);
    for (int i = 0; i < 20; i++) {
      step(watch, 2);
    }
    for (int i = 1; i < LossBound.CONSECUTIVE; i++) {
      step(watch, 1e20);
    }
    step(watch, 2);
    assertThat(watch.isSuspicious()).isFalse();
    watch.requireSound();
  }

  @Test
  void noVersionIsPublishedWhileTheLossExceedsItsBound() {
    DivergenceWatch watch = watch(0);
    for (int i = 0; i < 20; i++) {
      step(watch, 2);
    }
    step(watch, 1e20);
    Divergence found =
        catchThrowableOfType(DivergedException.class, watch::requireSound).divergence();
    assertThat(found.batches()).containsExactly(records(20, 21, 21, DivergenceCause.LOSS_EXPLODED));
  }

  /** The cause may be a batch whose own loss was moderate. */
  @Test
  void alsoBlamesTheStepBeforeBatchesThatWereLeftOutInVain() {
    List<ExcludedBatches> left = List.of(records(3, 4, 4, DivergenceCause.LOSS_NOT_FINITE));
    DivergenceWatch watch = watch(1, DivergenceState.NONE.with(0.5, left), false);
    for (int i = 0; i < 3; i++) {
      step(watch, 2);
    }
    coverage.advance(0, 4, 0);
    assertThat(divergence(watch, Double.NaN).batches())
        .containsExactly(
            records(2, 3, 4, DivergenceCause.LOSS_NOT_FINITE),
            records(4, 5, 4, DivergenceCause.LOSS_NOT_FINITE));
  }

  @Test
  void blamesOneStepFarFromBatchesThatWereLeftOut() {
    List<ExcludedBatches> left = List.of(records(1, 2, 2, DivergenceCause.LOSS_NOT_FINITE));
    DivergenceWatch watch = watch(1, DivergenceState.NONE.with(0.5, left), false);
    step(watch, 2);
    coverage.advance(0, 2, 0);
    step(watch, 2);
    step(watch, 2);
    assertThat(divergence(watch, Double.NaN).batches())
        .containsExactly(records(4, 5, 4, DivergenceCause.LOSS_NOT_FINITE));
  }

  @Test
  void aVersionMakesTheNextRollbackTheFirst() {
    DivergenceWatch watch = watch(3);
    assertThat(watch.rollsBack()).isFalse();
    step(watch, 2);
    coverage.cut();
    watch.cut();
    assertThat(watch.rollsBack()).isTrue();
    step(watch, 2);
    assertThat(divergence(watch, Double.NaN).batches())
        .containsExactly(records(2, 3, 3, DivergenceCause.LOSS_NOT_FINITE));
  }

  @Test
  void suspectsTheStepWithTheLargestLossIfWeightsAreNotFinite() {
    DivergenceWatch watch = watch(0);
    step(watch, 2);
    step(watch, 3);
    step(watch, 1);
    assertThat(watch.suspect(3).batches())
        .containsExactly(records(1, 2, 2, DivergenceCause.WEIGHTS_NOT_FINITE));
  }

  @Test
  void aFullBatchHasNoBatchToLeaveOut() {
    ModelSpec full = LinearEngine.spec().withOverrides(Map.of("batch-size", "full"));
    DivergenceWatch watch = watch(full, coverage);
    assertThat(divergence(watch, Double.NaN).batches()).isEmpty();
  }

  /** An endless run reads each record once, a bounded one in each epoch. */
  @Test
  void forgetsBatchesThatAnEndlessRunHasPassed() {
    List<ExcludedBatches> left =
        List.of(
            records(0, 2, 3, DivergenceCause.LOSS_NOT_FINITE),
            records(2, 3, 3, DivergenceCause.LOSS_NOT_FINITE));
    coverage.advance(0, 2, 0);
    DivergenceState begin = DivergenceState.NONE.with(0.25, left);
    DivergenceState endless = DivergenceState.parse(watch(0, begin, false).state());
    assertThat(endless.excluded()).containsExactly(left.get(1));
    assertThat(endless.scale()).isEqualTo(0.25);
    assertThat(DivergenceState.parse(watch(0, begin, true).state()).excluded()).isEqualTo(left);
  }
}
