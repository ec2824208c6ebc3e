package dev.tidemill.engine.dl4j.loss;

import java.util.Arrays;

/**
 * The target distribution of a label with label smoothing and class weights, as {@code
 * torch.nn.CrossEntropyLoss} has it. With smoothing ε, K classes and weights c, the loss of label y
 * is {@code (1-ε) c[y] (-log p[y]) + ε/K Σ c[k] (-log p[k])}. Immutable.
 */
public final class ClassTargets {
  /** One class has all of the target, and all classes weigh 1. */
  public static final ClassTargets ONE_HOT = new ClassTargets(0, 0, new float[0]);

  private final double kept;
  private final float[] weights;
  // ε/K c[k]; empty without smoothing.
  private final double[] smoothed;
  private final double ofAll;

  /**
   * @param smoothing ε, 0 to below 1
   * @param weights of each class; empty if all weigh 1
   */
  public ClassTargets(int classes, double smoothing, float[] weights) {
    kept = 1 - smoothing;
    this.weights = weights.clone();
    smoothed = new double[smoothing > 0 ? classes : 0];
    for (int k = 0; k < smoothed.length; k++) {
      smoothed[k] = smoothing / classes * (weights.length == 0 ? 1 : weights[k]);
    }
    ofAll = Arrays.stream(smoothed).sum();
  }

  /** Returns the weight of the label's own class: {@code (1-ε) c[label]}. */
  double ofLabel(int label) {
    return weights.length == 0 ? kept : kept * weights[label];
  }

  /** Returns {@code ε/K Σ c[k]}: what the other part of the target weighs in total. */
  double ofAll() {
    return ofAll;
  }

  /** Returns {@code ε/K Σ c[k] (largest - logits[k])}: the part that the logits decide. */
  double smoothedLoss(float[] logits, float largest) {
    double sum = 0;
    for (int k = 0; k < smoothed.length; k++) {
      sum += smoothed[k] * (largest - logits[k]);
    }
    return sum;
  }

  /** Subtracts the smoothed part of the target from a gradient, times a factor. */
  void subtractSmoothed(float[] gradient, double factor) {
    for (int k = 0; k < smoothed.length; k++) {
      gradient[k] -= (float) (factor * smoothed[k]);
    }
  }
}
