package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PredictionSumsTest {
  private static final TargetSums TWO = TargetSums.of(1, 2, 3, 4, 5, 6, 7, 8);

  @Test
  void sumsEachTarget() {
    TargetSums both = TWO.plus(TWO);
    assertThat(both.targets()).isEqualTo(2);
    assertThat(both.absoluteErrors(1)).isEqualTo(4);
    assertThat(both.squaredErrors(0)).isEqualTo(6);
    assertThat(both.values(1)).isEqualTo(12);
    assertThat(both.squaredValues(1)).isEqualTo(16);
  }

  @Test
  void sumsOfNothingChangeNothing() {
    assertThat(TWO.plus(TargetSums.NONE)).isEqualTo(TargetSums.NONE.plus(TWO)).isEqualTo(TWO);
    assertThat(TargetSums.of()).isSameAs(TargetSums.NONE);
  }

  @Test
  void refusesSumsOfOtherTargets() {
    assertThatThrownBy(() -> TWO.plus(TargetSums.of(1, 2, 3, 4)))
        .hasMessage("sums of 2 targets and of 1");
  }

  @Test
  void countsOfFewerClassesAreOfTheFirstClasses() {
    ConfusionCounts two = ConfusionCounts.of(2, 1, 2, 3, 4);
    ConfusionCounts three = ConfusionCounts.of(3, 10, 0, 0, 0, 0, 20, 30, 0, 0);
    assertThat(two.plus(three))
        .isEqualTo(three.plus(two))
        .isEqualTo(ConfusionCounts.of(3, 11, 2, 0, 3, 4, 20, 30, 0, 0));
    assertThat(two.plus(ConfusionCounts.NONE)).isEqualTo(two);
  }

  @Test
  void keepsNothingBeyondTheBounds() {
    assertThat(TargetSums.length(100)).isEqualTo(400);
    assertThat(TargetSums.length(101)).isZero();
    assertThat(ConfusionCounts.counted(100)).isEqualTo(100);
    assertThat(ConfusionCounts.counted(101)).isZero();
  }

  /** The counts of a part of the epoch would look like those of the whole. */
  @Test
  void growthBeyondTheBoundForgetsTheCounts() {
    ModelState small = ModelState.initial(classes(100), 1);
    small.counters(counted(ConfusionCounts.of(100, new long[100 * 100])));
    assertThat(ModelGrowth.grow(small, classes(101)).counters())
        .isEqualTo(counted(ConfusionCounts.NONE));
  }

  private static TrainingCounters counted(ConfusionCounts counts) {
    return new TrainingCounters(7, 448, 3, 0.5, 64, 31, TargetSums.NONE, counts, 0.25, 2);
  }

  private static ModelSpec classes(int number) {
    return ModelSpec.parse(
        """
        name: classes
        input: {shape: [3]}
        layers:
          - {type: linear, out_features: %d}
        loss: cross_entropy
        optimizer: {type: sgd}
        """
            .formatted(number));
  }
}
