package dev.tidemill.engine;

/**
 * A learning rate schedule. The rate is a pure function of the number of updates, so a resumed run
 * needs no schedule state. During a warmup of W updates the rate rises linearly, from base/(W+1).
 * The schedule proper starts after the warmup, when the rate reaches the base.
 */
public sealed interface ScheduleSpec {

  /** The type in the spec, e.g. {@code cosine}. */
  String type();

  /** Updates of the warmup; 0 for none. */
  long warmupSteps();

  /** The rate after the warmup; {@code step} counts updates from its end. */
  double afterWarmup(double base, long step);

  /**
   * Returns the rate of one update.
   *
   * @param base the optimizer's learning rate
   * @param step the number of updates before it
   */
  default double learningRate(double base, long step) {
    return step < warmupSteps()
        ? base * ((step + 1) / (warmupSteps() + 1.0))
        : afterWarmup(base, step - warmupSteps());
  }

  /** The base rate for every update. */
  record Constant(long warmupSteps) implements ScheduleSpec {
    @Override
    public String type() {
      return "constant";
    }

    @Override
    public double afterWarmup(double base, long step) {
      return base;
    }
  }

  /** Multiplies the rate by gamma every {@code stepSize} updates, as {@code StepLR}. */
  record Step(long stepSize, double gamma, long warmupSteps) implements ScheduleSpec {
    @Override
    public String type() {
      return "step";
    }

    @Override
    public double afterWarmup(double base, long step) {
      long times = step / stepSize;
      return base * Math.pow(gamma, (double) times);
    }
  }

  /**
   * Falls along half a cosine from the base to {@code etaMin} in {@code tMax} updates, the closed
   * form of {@code CosineAnnealingLR}. Then it stays at {@code etaMin}; PyTorch's rate rises again.
   */
  record Cosine(long tMax, double etaMin, long warmupSteps) implements ScheduleSpec {
    @Override
    public String type() {
      return "cosine";
    }

    @Override
    public double afterWarmup(double base, long step) {
      if (step >= tMax) {
        return etaMin;
      }
      return etaMin + (base - etaMin) * (1 + Math.cos(Math.PI * step / tMax)) / 2;
    }
  }
}
