package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * The loss function and its arguments. The loss of a batch is the mean over its labels. Sample
 * weights and class weights make it a weighted mean: the weighted sum divided by the sum of the
 * weights, as {@code reduction='mean'}.
 *
 * @param type the loss function
 * @param labelSmoothing ε from 0 to below 1: the target is (1 - ε) · onehot + ε / classes; 0 for
 *     mse
 * @param classWeights the weight of each class, as PyTorch's {@code weight=}; empty if classes
 *     weigh the same, or if {@code balanced}
 * @param balanced whether the class weights follow from the labels of the data. An engine needs
 *     numbers: see {@link #balancedBy}.
 */
public record LossSpec(
    LossType type, double labelSmoothing, List<Double> classWeights, boolean balanced) {

  public LossSpec {
    classWeights = List.copyOf(classWeights);
  }

  /** Returns a loss without smoothing and class weights. */
  public static LossSpec of(LossType type) {
    return new LossSpec(type, 0, List.of(), false);
  }

  /** Returns this loss with a weight for each class. */
  public LossSpec withClassWeights(double... weights) {
    return new LossSpec(type, labelSmoothing, Arrays.stream(weights).boxed().toList(), false);
  }

  /**
   * Computes balanced class weights: n / (K · count), with n labels of K different classes. So each
   * class contributes the same to the loss. A class without labels, which was appended to the data
   * contract later, weighs 1. Returns this loss unchanged if it is not balanced.
   *
   * @param counts the number of labels of each class; empty if they are unknown
   * @throws InvalidSpecException if the counts are unknown
   */
  public LossSpec balancedBy(long... counts) {
    if (!balanced) {
      return this;
    }
    if (counts.length == 0) {
      throw new InvalidSpecException(
          List.of(
              "loss: class_weights: balanced needs the number of labels of each class, which is"
                  + " not known here; write a list of numbers, one for each class"));
    }
    long all = Arrays.stream(counts).sum();
    long classes = Arrays.stream(counts).filter(count -> count > 0).count();
    double[] weights = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      weights[i] = counts[i] == 0 ? 1 : (double) all / ((double) classes * counts[i]);
    }
    return withClassWeights(weights);
  }
}
