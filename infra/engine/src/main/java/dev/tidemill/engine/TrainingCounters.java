package dev.tidemill.engine;

/**
 * Where training stands, besides the tensors: all that a resumed run needs to end with the same
 * bits.
 *
 * @param steps optimizer updates since the lineage began; schedules and dropout depend on it
 * @param samples samples trained since the lineage began
 * @param seed of initial weights and dropout
 * @param epochLossSum sum of prequential losses in the current epoch
 * @param epochSamples samples in the current epoch
 * @param epochCorrect right answers in the current epoch
 * @param bestEpochLoss smallest mean loss of a finished epoch; infinite before the first
 * @param epochsWithoutImprovement finished epochs in a row that did not improve on it
 */
public record TrainingCounters(
    long steps,
    long samples,
    long seed,
    double epochLossSum,
    long epochSamples,
    long epochCorrect,
    double bestEpochLoss,
    int epochsWithoutImprovement) {

  /** Nothing trained yet. */
  public static TrainingCounters initial(long seed) {
    return new TrainingCounters(0, 0, seed, 0, 0, 0, Double.POSITIVE_INFINITY, 0);
  }

  /** After updates and samples, in the same epoch. */
  public TrainingCounters plus(long moreSteps, StepMetrics metrics) {
    return new TrainingCounters(
        steps + moreSteps,
        samples + metrics.samples(),
        seed,
        epochLossSum + metrics.lossSum(),
        epochSamples + metrics.samples(),
        epochCorrect + metrics.correct(),
        bestEpochLoss,
        epochsWithoutImprovement);
  }

  /**
   * At an epoch's end: its sums are zero again, and its mean loss was an improvement if it was
   * lower than the best by more than the tolerance.
   *
   * @param tolerance absolute, of the mean loss
   */
  public TrainingCounters afterEpoch(double tolerance) {
    double loss = epochLossSum / epochSamples;
    boolean improved = loss < bestEpochLoss - tolerance;
    return new TrainingCounters(
        steps,
        samples,
        seed,
        0,
        0,
        0,
        improved ? loss : bestEpochLoss,
        improved ? 0 : epochsWithoutImprovement + 1);
  }
}
