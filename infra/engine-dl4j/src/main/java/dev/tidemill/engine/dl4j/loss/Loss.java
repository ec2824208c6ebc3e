package dev.tidemill.engine.dl4j.loss;

/** The loss function over a plan's outputs. */
public abstract class Loss {
  private double lossSum;
  private long correct;

  /** Computes the loss without a gradient. */
  public abstract void evaluate(Targets targets);

  /**
   * Computes the loss. Writes the gradient of the weighted sum of losses, divided by {@code total},
   * to the output signal's gradient.
   */
  public abstract void differentiate(Targets targets, double total);

  /** Turns one row of outputs into a prediction in place, for example logits into probabilities. */
  public abstract void toPrediction(float[] outputs);

  /** Adds what the last computed outputs were, compared with the targets. */
  public abstract void addTo(Comparison comparison);

  final void set(double newLossSum, long newCorrect) {
    lossSum = newLossSum;
    correct = newCorrect;
  }

  /** Returns the weighted sum of the samples' losses. */
  public final double lossSum() {
    return lossSum;
  }

  /** Returns the number of labels whose class had the highest probability. */
  public final long correct() {
    return correct;
  }
}
