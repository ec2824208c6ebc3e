package dev.tidemill.benchmarks;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure that the design asks for.
 *
 * @param text e.g. {@code lenet, training, B = 32: Tidemill ÷ PyTorch}
 * @param measured null if a participant was missing
 */
public record Target(
    String text,
    Bound bound,
    double wanted,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Figure measured) {

  /** The side of the wanted value on which a figure must lie. */
  enum Bound {
    AT_LEAST("≥"),
    AT_MOST("≤");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }
  }

  /** Whether the target was measured and met. */
  public enum Verdict {
    MET,
    MISSED,
    NOT_RUN;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** The median decides. */
  @JsonProperty
  public Verdict verdict() {
    if (measured == null) {
      return Verdict.NOT_RUN;
    }
    double median = measured.median();
    boolean met = bound == Bound.AT_LEAST ? median >= wanted : median <= wanted;
    return met ? Verdict.MET : Verdict.MISSED;
  }

  /** E.g. {@code ≥ 20}. */
  String wantedText() {
    return bound.sign + " " + Figure.digits(wanted);
  }

  String measuredText(String notRun) {
    return measured == null ? notRun : measured.text();
  }
}
