package dev.tidemill.trainer;

import dev.tidemill.schemas.ControlCommand;
import dev.tidemill.trainer.drift.Boost;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What multiplies the schedule's learning rate: an operator's factor and a boost. The next version
 * names each change by an operator, and where a boost begins and ends. Before these, the caller
 * submits a version. Training thread.
 */
final class LearningRate {
  private static final int UNKNOWN = -1;

  private final Learner learner;
  private final Consumer<String> changes;
  private final Boost boost;
  private double operators;

  /** The number of the boost that the latest notice is about; 0 if it is that there is none. */
  private int announced;

  /**
   * @param changes receives each change, a sentence
   * @param command of an operator, if there was one
   * @param restored the factor of the restored version
   */
  LearningRate(
      Learner learner,
      Consumer<String> changes,
      Boost boost,
      Optional<ControlCommand> command,
      double restored) {
    this.learner = learner;
    this.changes = changes;
    this.boost = boost;
    this.operators = command.map(ControlCommand::getFactor).orElse(1.0);
    learner.learningRateFactor(restored);
    boolean ended =
        !boost.isActive()
            && restored != operators
            && (command.isEmpty() || restored == operators * boost.newestTarget());
    if (ended) {
      this.announced = UNKNOWN;
    } else {
      this.announced = boost.isUnderWay() ? boost.number() : 0;
      command.ifPresent(of -> apply("by " + of.getOperator()));
    }
    follow();
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

  /**
   * Raises the factor within a warm-up. Call it before a version is submitted, so that the version
   * has the factor of the next step.
   */
  void warmUp() {
    if (boost.isActive() && boost.number() == announced) {
      learner.learningRateFactor(factor());
    }
  }

  /** Follows the boost, and says so if it has begun or ended. Otherwise it allocates nothing. */
  void follow() {
    if (boost.number() != announced) {
      announced = boost.number();
      say(
          operators * boost.target(),
          boost.isActive()
              ? "boost after drift: rises for %,d samples, %,d samples left"
                  .formatted(boost.warmUp(), boost.left())
              : "the boost after drift has ended");
    }
    learner.learningRateFactor(factor());
  }

  /** Says what multiplies the schedule's learning rate, for an operator. */
  String describe() {
    return describe(operators, boost.target());
  }

  /**
   * Says what multiplies the schedule's learning rate, for an operator.
   *
   * @param operators the factor that an operator set
   * @param boost the factor of a boost after its warm-up; 1 without one
   */
  static String describe(double operators, double boost) {
    return "the schedule's times "
        + operators
        + (boost == 1 ? "" : ", and times up to " + boost + " until the boost after drift ends");
  }

  private void apply(String why) {
    double now = factor();
    if (learner.learningRateFactor() != now) {
      say(now, why);
      learner.learningRateFactor(now);
    }
  }

  private void say(double now, String why) {
    changes.accept(
        "learning rate factor: %s -> %s (%s)"
            .formatted(rounded(learner.learningRateFactor()), rounded(now), why));
  }

  /** Within a warm-up, factors have many digits. */
  private static double rounded(double factor) {
    return new BigDecimal(factor).round(MathContext.DECIMAL32).doubleValue();
  }
}
