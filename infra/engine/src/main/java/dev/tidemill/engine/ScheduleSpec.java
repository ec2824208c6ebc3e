package dev.tidemill.engine;

/**
 * The learning rate as a pure function of the number of updates made, so that a resumed run needs
 * no state for it. A warm-up of W updates rises in even steps, base/(W+1) first; the schedule
 * proper counts from the warm-up's end, where the rate is the base for the first time.
 */
public sealed interface ScheduleSpec {

  /** The spec's word for it, e.g. {@code cosine}. */
  String type();

  /** Updates that the warm-up takes; 0 for none. */
  long warmupSteps();

  /** The rate after the warm-up, {@code step} counted from its end. */
  double afterWarmup(double base, long step);

  /**
   * The rate of one update.
   *
   * @param base the optimizer's learning rate
   * @param step updates made before it, from 0
   */
  default double learningRate(double base, long step) {
    return step < warmupSteps()
        ? base * ((step + 1) / (warmupSteps() + 1.0))
        : afterWarmup(base, step - warmupSteps());
  }

  /** Always the base. */
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

  /** Times gamma every {@code stepSize} updates, as {@code lr_scheduler.StepLR}. */
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
   * Half a cosine from the base to {@code etaMin} in {@code tMax} updates, the closed form of
   * {@code lr_scheduler.CosineAnnealingLR}; from then on {@code etaMin}, where PyTorch's would rise
   * again.
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
