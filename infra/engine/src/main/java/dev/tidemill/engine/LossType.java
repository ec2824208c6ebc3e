package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * What is minimized. A batch's loss is the mean over its samples, each the mean over its labels.
 */
public enum LossType {
  /**
   * Softmax and negative log likelihood of the labelled class, as {@code nn.CrossEntropyLoss}; with
   * classes at every place of a sequence, each place has a label and counts the same.
   */
  CROSS_ENTROPY("cross_entropy"),
  /** Mean over the outputs of the squared difference, as {@code nn.MSELoss}. */
  MSE("mse");

  private final String word;

  LossType(String word) {
    this.word = word;
  }

  /** The spec's word for it. */
  public String word() {
    return word;
  }

  static List<String> words() {
    return Arrays.stream(values()).map(LossType::word).toList();
  }
}
