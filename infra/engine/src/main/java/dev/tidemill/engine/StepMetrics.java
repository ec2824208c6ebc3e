package dev.tidemill.engine;

/** Sums over samples since they were last drained. Filled by an engine, owned by the caller. */
public final class StepMetrics {
  private long samples;
  private double lossSum;
  private long correct;

  public void set(long samples, double lossSum, long correct) {
    this.samples = samples;
    this.lossSum = lossSum;
    this.correct = correct;
  }

  /** Samples seen. */
  public long samples() {
    return samples;
  }

  /**
   * Sum of the samples' losses, each before the update that it took part in: of a sample with
   * several labels, the mean over them.
   */
  public double lossSum() {
    return lossSum;
  }

  /**
   * Labels whose class was thought the most probable; 0 for a regression. Of {@link #samples} times
   * {@link Network#labelsPerSample}.
   */
  public long correct() {
    return correct;
  }

  /** Mean loss a sample; NaN when there were none. */
  public double loss() {
    return lossSum / samples;
  }
}
