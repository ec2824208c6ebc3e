package dev.tidemill.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A figure that the design asks for.
 *
 * @param text e.g. {@code lenet, training, B = 32: Tidemill ÷ PyTorch}
 * @param atLeast larger figures meet it; otherwise smaller ones
 * @param measured null if a participant was missing
 */
public record Target(
    String text,
    boolean atLeast,
    double wanted,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Figure measured) {

  /** Whether the target was measured and met. */
  public enum Verdict {
    MET("met"),
    MISSED("**missed**"),
    NOT_RUN("**not run**");

    /** In a table. */
    final String text;

    Verdict(String text) {
      this.text = text;
    }
  }

  /** The median decides. */
  @JsonProperty
  public Verdict verdict() {
    if (measured == null) {
      return Verdict.NOT_RUN;
    }
    double median = measured.median();
    boolean met = atLeast ? median >= wanted : median <= wanted;
    return met ? Verdict.MET : Verdict.MISSED;
  }

  /** E.g. {@code ≥ 20}. */
  String wantedText() {
    return (atLeast ? "≥ " : "≤ ") + Figure.digits(wanted);
  }
}
