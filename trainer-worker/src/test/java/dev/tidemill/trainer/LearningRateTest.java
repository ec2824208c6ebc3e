package dev.tidemill.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelState;
import dev.tidemill.schemas.ControlAction;
import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.trainer.drift.Boost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static final String BEGINS =
      "learning rate factor: %s -> %s (boost after drift: rises for 100 samples, %d samples left)";
  private static final String ENDED =
      "learning rate factor: %s -> %s (the boost after drift has ended)";
  private static final String BY_ALICE = "learning rate factor: %s -> %s (by alice)";

  private final List<String> changes = new ArrayList<>();
  private final Boost boost = new Boost();
  private final Learner learner = learner();

  private static Learner learner() {
    ModelState state = ModelState.initial(LinearEngine.spec(), 1);
    return new Learner(
        new LinearModel(state, step -> {}, () -> {}),
        LinearEngine.spec(),
        new EpochLedger(state.counters()),
        1);
  }

  /** Continues from a version that has a factor, after a command of an operator. */
  private LearningRate restored(double factor, double operators) {
    return new LearningRate(learner, changes::add, boost, Optional.of(command(operators)), factor);
  }

  private LearningRate restored(double factor) {
    return new LearningRate(learner, changes::add, boost, Optional.empty(), factor);
  }

  private static ControlCommand command(double factor) {
    return ControlCommand.newBuilder()
        .setCommandId("c")
        .setModel("m")
        .setAction(ControlAction.LEARNING_RATE)
        .setFactor(factor)
        .setOperator("alice")
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private void train(int samples) {
    boolean unused = boost.trained(samples);
  }

  @Test
  void namesABoostWhereItBeginsAndEnds() {
    LearningRate rate = restored(1);
    boost.begin(3, 400);
    rate.follow();
    train(50);
    rate.follow();
    assertThat(learner.learningRateFactor()).isEqualTo(2);
    train(350);
    rate.follow();
    assertThat(learner.learningRateFactor()).isEqualTo(1);
    assertThat(changes).containsExactly(BEGINS.formatted(1.0, 3.0, 400), ENDED.formatted(2.0, 1.0));
  }

  @Test
  void namesABoostThatFollowsDirectlyOnAnother() {
    boost.begin(3, 400);
    LearningRate rate = restored(1);
    train(400);
    boost.begin(5, 400);
    rate.follow();
    assertThat(changes)
        .containsExactly(BEGINS.formatted(1.0, 3.0, 400), BEGINS.formatted(1.0, 5.0, 400));
  }

  @Test
  void continuesWithinAWarmUpInSilence() {
    boost.begin(3, 400);
    train(50);
    LearningRate rate = restored(2);
    train(25);
    rate.warmUp();
    assertThat(learner.learningRateFactor()).isEqualTo(2.5);
    assertThat(changes).isEmpty();
  }

  @Test
  void namesAnOperatorWhoseCommandCameDuringABoost() {
    boost.begin(3, 400);
    train(50);
    Object unused = restored(2, 0.5);
    assertThat(learner.learningRateFactor()).isEqualTo(1);
    assertThat(changes).containsExactly(BY_ALICE.formatted(2.0, 1.0));
  }

  @Test
  void namesTheEndOfABoostThatWasEndedInItsWarmUp() {
    boost.begin(3, 400);
    train(50);
    boost.end();
    Object unused = restored(0.5 * 2, 0.5);
    assertThat(learner.learningRateFactor()).isEqualTo(0.5);
    assertThat(changes).containsExactly(ENDED.formatted(1.0, 0.5));
  }

  @Test
  void namesAnOperatorsChangeLongAfterABoost() {
    boost.begin(3, 400);
    train(400);
    Object unused = restored(1, 0.12345);
    assertThat(changes).containsExactly(BY_ALICE.formatted(1.0, 0.12345));
  }

  @Test
  void anOutcomeSaysWhatMultipliesTheScheduleAndForHowLong() {
    assertThat(LearningRate.describe(0.5, 1)).isEqualTo("the schedule's times 0.5");
    assertThat(LearningRate.describe(0.5, 3))
        .isEqualTo(
            "the schedule's times 0.5, and times up to 3.0 until the boost after drift ends");
  }
}
