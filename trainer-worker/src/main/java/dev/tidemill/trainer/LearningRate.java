package dev.tidemill.trainer;

import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.trainer.drift.Boost;
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
    boolean ended = !boost.isActive() && restored == operators * boost.newestFactor();
    if (boost.isActive() || ended || command.isEmpty()) {
      followBoost();
    } else {
      apply("by " + command.get().getOperator());
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

  /** Applies that a boost has begun or ended, if it has. Otherwise it allocates nothing. */
  void followBoost() {
    if (learner.learningRateFactor() != factor()) {
      apply(
          boost.isActive()
              ? "boost after drift, %,d samples left".formatted(boost.left())
              : "the boost after drift has ended");
    }
  }

  /** Says what multiplies the schedule's learning rate, for an operator. */
  String describe() {
    return describe(operators, boost.factor());
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
    double before = learner.learningRateFactor();
    double now = factor();
    if (before == now) {
      return;
    }
    learner.learningRateFactor(now);
    String change = "learning rate factor: " + before + " -> " + now + " (" + why + ")";
    submitter.addChange(change);
    listener.onNotice(change);
  }
}
