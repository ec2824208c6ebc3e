package dev.tidemill.inference;

import java.util.Locale;

/** How often a request may be answered. */
public enum ProcessingGuarantee {
  /**
   * One answer per request among committed predictions: answers and offsets are one transaction.
   */
  EXACTLY_ONCE,
  /** Possibly another answer after a crash: offsets are committed after the answers. */
  AT_LEAST_ONCE;

  /** Returns the value that settings use. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ProcessingGuarantee of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
