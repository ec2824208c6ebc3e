package dev.tidemill.engine;

import java.util.Arrays;
import java.util.List;

/** What layers compute with. Parameters, gradients and updates are FLOAT32 at any. */
public enum Precision {
  FLOAT32("float32"),
  /** Products and convolutions in BFLOAT16, sums and norms in FLOAT32, as PyTorch's autocast. */
  BFLOAT16("bfloat16");

  private final String word;

  Precision(String word) {
    this.word = word;
  }

  /** The settings' word for it. */
  public String word() {
    return word;
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Precision::word).toList();
  }

  /**
   * The precision of a word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Precision of(String word) {
    return Arrays.stream(values())
        .filter(p -> p.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("no precision '" + word + "'; there are " + words()));
  }
}
