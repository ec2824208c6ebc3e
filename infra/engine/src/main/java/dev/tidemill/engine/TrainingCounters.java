package dev.tidemill.engine;

/**
 * The training progress in a checkpoint. With the tensors, it is all that a resumed run needs to
 * end with the same bits.
 *
 * @param steps optimizer updates since parameters were fresh; schedules and dropout depend on it
 * @param samples samples trained since the start of the lineage
 * @param seed of initial weights and dropout
 * @param epochLossSum sum of the losses in the current epoch, each computed before its update
 * @param epochSamples samples in the current epoch
 * @param epochCorrect correct predictions in the current epoch
 * @param epochTargets errors of a regression in the current epoch
 * @param epochConfusion predictions of classes in the current epoch
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
    TargetSums epochTargets,
    ConfusionCounts epochConfusion,
    double bestEpochLoss,
    int epochsWithoutImprovement) {

  /** The counters before the first step. */
  public static TrainingCounters initial(long seed) {
    return new TrainingCounters(
        0, 0, seed, 0, 0, 0, TargetSums.NONE, ConfusionCounts.NONE, Double.POSITIVE_INFINITY, 0);
  }

  /** Returns these counters after a number of updates. */
  public TrainingCounters withSteps(long made) {
    return new TrainingCounters(
        made,
        samples,
        seed,
        epochLossSum,
        epochSamples,
        epochCorrect,
        epochTargets,
        epochConfusion,
        bestEpochLoss,
        epochsWithoutImprovement);
  }

  /** Returns these counters after a number of samples. */
  public TrainingCounters withSamples(long trained) {
    return new TrainingCounters(
        steps,
        trained,
        seed,
        epochLossSum,
        epochSamples,
        epochCorrect,
        epochTargets,
        epochConfusion,
        bestEpochLoss,
        epochsWithoutImprovement);
  }

  /** Returns these counters for a network with more classes. */
  TrainingCounters grownTo(Network network) {
    return new TrainingCounters(
        steps,
        samples,
        seed,
        epochLossSum,
        epochSamples,
        epochCorrect,
        epochTargets,
        ConfusionCounts.classes(network) == 0 ? ConfusionCounts.NONE : epochConfusion,
        bestEpochLoss,
        epochsWithoutImprovement);
  }
}
