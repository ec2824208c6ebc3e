package dev.tidemill.trainer;

import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.trainer.drift.Boost;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/**
 * What multiplies the schedule's learning rate: an operator's factor and a boost. The next version
 * names each change. Where it changes, the caller submits a version first. Training thread.
 */
final class LearningRate {
  private final Learner learner;
  private final CheckpointSubmitter submitter;
  private final TrainerListener listener;
  private final Boost boost;
  private double operators;

  /** Whether it was said that a boost has begun, and not that it has ended. */
  private boolean boosted;

  /**
   * @param command of an operator, if there was one
   * @param restored the factor of the restored version
   */
  LearningRate(
      Learner learner,
      CheckpointSubmitter submitter,
      TrainerListener listener,
      Boost boost,
      Optional<ControlCommand> command,
      double restored) {
    this.learner = learner;
    this.submitter = submitter;
    this.listener = listener;
    this.boost = boost;
    this.operators = command.map(ControlCommand::getFactor).orElse(1.0);
    learner.learningRateFactor(restored);
    boolean ended =
        restored != operators
            && (command.isEmpty() || restored == operators * boost.newestTarget());
    this.boosted = boost.isUnderWay() || !boost.isActive() && ended;
    if (boost.isActive() || ended) {
      followBoost();
    } else {
      command.ifPresent(of -> apply("by " + of.getOperator()));
    }
  }

  /** Returns the factor that holds once it is applied. */
  private double factor() {
    return operators * boost.factor();
  }

  /** Whether an operator's factor would change the learning rate. */
  boolean changes(double factor) {
    return operators != factor;
  }

  /** Sets an operator's factor. */
  void set(double factor, ControlCommand command) {
    operators = factor;
    apply("by " + command.getOperator());
  }

  /** Applies the boost, and says so if it has begun or ended. Otherwise it allocates nothing. */
  void followBoost() {
    if (boost.isActive() != boosted) {
      boosted = boost.isActive();
      say(
          operators * boost.target(),
          boosted
              ? "boost after drift: rises for %,d samples, %,d samples left"
                  .formatted(boost.warmUp(), boost.left())
              : "the boost after drift has ended");
    }
    if (learner.learningRateFactor() != factor()) {
      learner.learningRateFactor(factor());
    }
  }

  /** Says what multiplies the schedule's learning rate, for an operator. */
  String describe() {
    return describe(operators, boost.target());
  }

  /**
   * Says what multiplies the schedule's learning rate, for an operator.
   *
   * @param operators the factor that an operator set
   * @param boost the factor of a boost; 1 without one
   */
  static String describe(double operators, double boost) {
    return "the schedule's times "
        + operators
        + (boost == 1 ? "" : ", and times " + boost + " until the boost after drift ends");
  }

  private void apply(String why) {
    double now = factor();
    if (learner.learningRateFactor() != now) {
      say(now, why);
      learner.learningRateFactor(now);
    }
  }

  private void say(double now, String why) {
    String change =
        "learning rate factor: %s -> %s (%s)"
            .formatted(rounded(learner.learningRateFactor()), rounded(now), why);
    submitter.addChange(change);
    listener.onNotice(change);
  }

  /** Within a warm-up, factors have many digits. */
  private static double rounded(double factor) {
    return new BigDecimal(factor).round(new MathContext(4)).doubleValue();
  }
}
