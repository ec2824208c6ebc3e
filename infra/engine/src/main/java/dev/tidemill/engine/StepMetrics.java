package dev.tidemill.engine;

/**
 * Sums over the samples since the last drain, or over one evaluated batch. The caller owns it and
 * an engine fills it.
 */
public final class StepMetrics {
  private long samples;
  private double lossSum;
  private long correct;
  private TargetSums targets = TargetSums.NONE;

  /**
   * Replaces all sums.
   *
   * @param targets {@link TargetSums#NONE} unless the network is a regression
   */
  public void set(long samples, double lossSum, long correct, TargetSums targets) {
    this.samples = samples;
    this.lossSum = lossSum;
    this.correct = correct;
    this.targets = targets;
  }

  /** Number of samples. */
  public long samples() {
    return samples;
  }

  /**
   * Sum of the samples' losses. In training, each is computed before the update of its step. The
   * loss of a sample with several labels is the mean over them. If samples or classes have weights,
   * it is the sum over the steps of the loss that a step minimizes, times its number of samples.
   */
  public double lossSum() {
    return lossSum;
  }

  /**
   * Unweighted number of labels that were predicted correctly, of {@link #samples} times {@link
   * Network#labelsPerSample}; 0 for a regression.
   */
  public long correct() {
    return correct;
  }

  /** Errors of a regression, in training before the update of each step. */
  public TargetSums targets() {
    return targets;
  }

  /** Mean loss per sample, as it is minimized; NaN if there are none. */
  public double loss() {
    return lossSum / samples;
  }
}
