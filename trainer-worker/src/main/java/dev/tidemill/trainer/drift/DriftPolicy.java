package dev.tidemill.trainer.drift;

import java.util.Arrays;
import java.util.Locale;

/** What a trainer does about a change in its data. */
public enum DriftPolicy {
  /** It reports the change. */
  ANNOUNCE,
  /** It also multiplies the learning rate for a number of samples. */
  BOOST,
  /** It also continues from the weights of the newest version from before the change. */
  ROLLBACK,
  /** It also begins a new model, which trains the records since the change again. */
  RETRAIN;

  /** Returns the value that settings use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] words() {
    return Arrays.stream(values()).map(DriftPolicy::word).toArray(String[]::new);
  }

  static DriftPolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
