package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/** The precision of the layers. Parameters, gradients and updates are always FLOAT32. */
public enum Precision {
  FLOAT32("float32"),
  /** Products and convolutions in BFLOAT16, sums and norms in FLOAT32, like PyTorch's autocast. */
  BFLOAT16("bfloat16");

  private final String word;

  Precision(String word) {
    this.word = word;
  }

  /** The value of the setting. */
  public String word() {
    return word;
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Precision::word).toList();
  }

  /**
   * Returns the precision for a value of the setting.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Precision of(String word) {
    return Arrays.stream(values())
        .filter(p -> p.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown precision '" + word + "'; known: " + words()));
  }
}
