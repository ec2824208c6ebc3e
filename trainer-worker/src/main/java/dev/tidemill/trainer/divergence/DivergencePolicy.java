package dev.tidemill.trainer.divergence;

import java.util.Arrays;
import java.util.Locale;

/** What a trainer does when training has diverged. */
public enum DivergencePolicy {
  /** It continues from the newest version, without the batches of the step that diverged. */
  ROLLBACK,
  /** It ends. */
  FAIL;

  /** Returns the value that settings use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] words() {
    return Arrays.stream(values()).map(DivergencePolicy::word).toArray(String[]::new);
  }

  static DivergencePolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
