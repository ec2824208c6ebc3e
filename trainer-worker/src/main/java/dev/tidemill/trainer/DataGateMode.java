package dev.tidemill.trainer;

import java.util.Arrays;
import java.util.Locale;

/** What happens to a batch that differs from the data that the contract was derived from. */
public enum DataGateMode {
  /** Batches are not compared. */
  OFF,
  /** The batch is trained; a notice and a metric say what is out of bounds. */
  WARN,
  /** The batch becomes a dead letter and is not trained. */
  QUARANTINE;

  /** Returns the value that settings use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] words() {
    return Arrays.stream(values()).map(DataGateMode::word).toArray(String[]::new);
  }

  static DataGateMode of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
