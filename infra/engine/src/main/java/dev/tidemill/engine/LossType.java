package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/**
 * The loss function. Without weights, the loss of a batch is the mean over its samples, and the
 * loss of a sample is the mean over its labels. For weights see {@link LossSpec}.
 */
public enum LossType {
  /**
   * Softmax and negative log likelihood of the label, as {@code nn.CrossEntropyLoss}. A network
   * with classes at every position of a sequence has a label at each position.
   */
  CROSS_ENTROPY("cross_entropy"),
  /** Mean squared difference over the outputs, as {@code nn.MSELoss}. */
  MSE("mse");

  private final String word;

  LossType(String word) {
    this.word = word;
  }

  /** The name in the spec. */
  public String word() {
    return word;
  }

  static LossType of(String word) {
    return Arrays.stream(values())
        .filter(type -> type.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no loss " + word));
  }

  static List<String> words() {
    return Arrays.stream(values()).map(LossType::word).toList();
  }
}
