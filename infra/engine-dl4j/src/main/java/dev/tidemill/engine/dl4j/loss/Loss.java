package dev.tidemill.engine.dl4j.loss;

/** What is minimized, over a plan's outputs. */
public abstract class Loss {
  private double lossSum;
  private long correct;

  /** Takes the targets of a plan's samples. */
  public abstract void measure(Targets targets);

  /**
   * Measures, and leaves the gradient of the samples' losses divided by {@code total} in the output
   * signal's gradient.
   */
  public abstract void differentiate(Targets targets, double total);

  /** Makes one sample's outputs the answer to it, e.g. probabilities. */
  public abstract void answer(float[] outputs);

  final void set(double newLossSum, long newCorrect) {
    lossSum = newLossSum;
    correct = newCorrect;
  }

  /** Sum of the samples' losses. */
  public final double lossSum() {
    return lossSum;
  }

  /** Labels whose class was the most probable one. */
  public final long correct() {
    return correct;
  }
}
