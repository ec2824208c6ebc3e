package dev.tidemill.trainer.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossBoundTest {
  private static LossBound bound() {
    return new LossBound(1000, DivergenceState.NONE);
  }

  /** Returns after how many reads the bound finds that training has diverged; -1 if it does not. */
  private static int found(LossBound bound, double... losses) {
    for (int i = 0; i < losses.length; i++) {
      if (bound.add(losses[i])) {
        return i + 1;
      }
    }
    return -1;
  }

  private static double[] constant(int reads, double loss) {
    double[] losses = new double[reads];
    java.util.Arrays.fill(losses, loss);
    return losses;
  }

  @Test
  void hasNoBoundBeforeTheFirstReads() {
    assertThat(found(bound(), constant(9, 1e30))).isEqualTo(-1);
    assertThat(bound().limit()).isInfinite();
  }

  @Test
  void findsALearningRateThatIsTooLarge() {
    double[] growing = new double[60];
    for (int i = 0; i < growing.length; i++) {
      growing[i] = 2.3 * Math.pow(3, i);
    }
    assertThat(found(bound(), growing)).isBetween(10, 40);
  }

  /**
   * The labels of a model that is nearly always right mean other classes: the loss of a confident
   * wrong answer is some tens at most, and stays there for a while.
   */
  @Test
  void aChangeOfTheLabelsIsNoDivergence() {
    LossBound bound = bound();
    assertThat(found(bound, constant(50, 2.3))).isEqualTo(-1);
    assertThat(found(bound, constant(5000, 0.001))).isEqualTo(-1);
    assertThat(found(bound, constant(500, 40))).isEqualTo(-1);
  }

  @Test
  void aRegressionInLargeUnitsHasALargerBound() {
    LossBound bound = bound();
    assertThat(found(bound, constant(50, 1e9))).isEqualTo(-1);
    assertThat(found(bound, constant(500, 1e3))).isEqualTo(-1);
    assertThat(found(bound, constant(500, 1e10))).isEqualTo(-1);
    assertThat(found(bound, constant(20, 1e14))).isEqualTo(LossBound.CONSECUTIVE);
  }

  @Test
  void aLossNearZeroMayRiseByAnyFactor() {
    LossBound bound = bound();
    assertThat(found(bound, constant(500, 1e-12))).isEqualTo(-1);
    assertThat(found(bound, constant(500, 900))).isEqualTo(-1);
  }

  @Test
  void withoutAFactorThereIsNoBound() {
    LossBound bound = new LossBound(0, DivergenceState.NONE);
    assertThat(found(bound, constant(50, 1))).isEqualTo(-1);
    assertThat(found(bound, constant(50, 1e300))).isEqualTo(-1);
  }

  /** Otherwise a run that was killed would decide differently from one that was not. */
  @Test
  void continuesFromItsStateAsIfUninterrupted() {
    Random random = new Random(1);
    LossBound whole = bound();
    LossBound resumed = bound();
    for (int i = 0; i < 1000; i++) {
      double loss = random.nextDouble() * (i % 150 == 0 ? 1e5 : 10);
      assertThat(resumed.add(loss)).isEqualTo(whole.add(loss));
      if (!resumed.isExceeded()) {
        String text = DivergenceState.of(resumed, 0.5, List.of()).text();
        resumed = new LossBound(1000, DivergenceState.parse(text));
      }
      assertThat(resumed.limit()).isEqualTo(whole.limit());
    }
  }

  @Test
  void aStateRoundTrips() {
    List<ExcludedBatches> excluded =
        List.of(
            new ExcludedBatches(0, 1, 12, 14, 57, DivergenceCause.LOSS_NOT_FINITE),
            new ExcludedBatches(3, 2, 0, 1, 9, DivergenceCause.WEIGHTS_NOT_FINITE));
    DivergenceState state = new DivergenceState(2.302585092994046, 1.5, 7, 0.125, excluded);
    assertThat(DivergenceState.parse(state.text())).isEqualTo(state);
    assertThat(DivergenceState.parse("")).isEqualTo(DivergenceState.NONE);
    for (String bad : List.of("x", "reference=NaN sum=0 reads=0", "reference=1 sum=0 reads=-1")) {
      assertThatThrownBy(() -> DivergenceState.parse(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aTagSaysWhatHappened() {
    DivergenceTag tag =
        new DivergenceTag(
            2,
            "ab",
            0.25,
            List.of(new ExcludedBatches(1, 1, 12, 14, 57, DivergenceCause.LOSS_NOT_FINITE)));
    assertThat(tag.metadata())
        .isEqualTo(" diverged=2 spec=ab scale=0.25 excluded=1:1:12:14:57:loss_not_finite");
    assertThat(
            DivergenceTag.parse(
                Map.of(
                    "diverged", "2",
                    "spec", "ab",
                    "scale", "0.25",
                    "excluded", "1:1:12:14:57:loss_not_finite")))
        .isEqualTo(tag);
    assertThat(tag.describe(3))
        .isEqualTo(
            "training diverged after version 3 (2 times): the loss of step 57 was not finite. It"
                + " continues from there, with the learning rate times 0.25; the batches at"
                + " partition 1 offsets 12 to 13 become dead letters");
    assertThat(DivergenceTag.of("ab", List.of(tag.of(0), tag.of(1)))).isEqualTo(tag);
    assertThat(DivergenceTag.of("other", List.of(tag))).isEqualTo(DivergenceTag.NONE);
  }

  @Test
  void rangesThatTouchAreMerged() {
    DivergenceCause cause = DivergenceCause.LOSS_EXPLODED;
    assertThat(
            ExcludedBatches.merge(
                List.of(
                    new ExcludedBatches(0, 1, 5, 7, 9, cause),
                    new ExcludedBatches(1, 1, 2, 4, 9, cause),
                    new ExcludedBatches(0, 1, 2, 6, 9, cause),
                    new ExcludedBatches(0, 2, 0, 5, 9, cause))))
        .containsExactly(
            new ExcludedBatches(0, 1, 2, 7, 9, cause),
            new ExcludedBatches(0, 2, 0, 5, 9, cause),
            new ExcludedBatches(1, 1, 2, 4, 9, cause));
  }
}
