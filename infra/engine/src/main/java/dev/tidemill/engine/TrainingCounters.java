package dev.tidemill.engine;

/**
 * The training progress in a checkpoint. With the tensors, it is all that a resumed run needs to
 * end with the same bits.
 *
 * @param steps optimizer updates since the start of the lineage; schedules and dropout depend on it
 * @param samples samples trained since the start of the lineage
 * @param seed of initial weights and dropout
 * @param epochLossSum sum of the losses in the current epoch, each computed before its update
 * @param epochSamples samples in the current epoch
 * @param epochCorrect correct predictions in the current epoch
 * @param bestEpochLoss smallest mean loss of a finished epoch; infinite before the first
 * @param epochsWithoutImprovement consecutive finished epochs without a better loss
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

  /** The counters before the first step. */
  public static TrainingCounters initial(long seed) {
    return new TrainingCounters(0, 0, seed, 0, 0, 0, Double.POSITIVE_INFINITY, 0);
  }

  /** Adds updates and samples of the same epoch. */
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
   * Ends an epoch: resets its sums and compares its mean loss with the best one. The loss improved
   * if it is lower by more than the tolerance.
   *
   * @param tolerance absolute, for the mean loss
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
