package dev.tidemill.trainer.divergence;

import java.util.Locale;

/** How training has diverged. */
public enum DivergenceCause {
  /** The loss of a step is infinite or NaN. */
  LOSS_NOT_FINITE,
  /** The loss of several steps is far above what it has been. */
  LOSS_EXPLODED,
  /** A weight, or the optimizer's state, is infinite or NaN, though each loss was finite. */
  WEIGHTS_NOT_FINITE;

  /** Says what happened, for an operator. */
  String describe(long step) {
    return switch (this) {
      case LOSS_NOT_FINITE -> "the loss of step %d was not finite".formatted(step);
      case LOSS_EXPLODED -> "the loss exploded from step %d on".formatted(step);
      case WEIGHTS_NOT_FINITE ->
          "weights were not finite, and step %d had the largest loss".formatted(step);
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static DivergenceCause of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
