package dev.tidemill.benchmarks;

import java.util.Optional;

/**
 * A figure that is wanted.
 *
 * @param text what, e.g. {@code LeNet, training, B = 32: ours ÷ PyTorch}
 * @param measured empty where a participant was missing
 */
public record Target(String text, Bound bound, double wanted, Optional<Figure> measured) {

  /** On which side of the wanted value a figure must lie. */
  public enum Bound {
    AT_LEAST("≥"),
    AT_MOST("≤");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }
  }

  /** Whether it was measured and met. */
  public enum Verdict {
    MET,
    MISSED,
    NOT_RUN;

    String words() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  public static Target atLeast(double wanted, String text, Optional<Figure> measured) {
    return new Target(text, Bound.AT_LEAST, wanted, measured);
  }

  public static Target atMost(double wanted, String text, Optional<Figure> measured) {
    return new Target(text, Bound.AT_MOST, wanted, measured);
  }

  public Verdict verdict() {
    return measured
        .map(figure -> meets(figure.median()) ? Verdict.MET : Verdict.MISSED)
        .orElse(Verdict.NOT_RUN);
  }

  private boolean meets(double value) {
    return bound == Bound.AT_LEAST ? value >= wanted : value <= wanted;
  }

  /** E.g. {@code ≥ 20}. */
  String wish() {
    return bound.sign + " " + Figure.digits(wanted);
  }
}
