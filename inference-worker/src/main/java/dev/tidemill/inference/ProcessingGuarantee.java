package dev.tidemill.inference;

import java.util.Locale;

/** How often a request may be answered. */
public enum ProcessingGuarantee {
  /** Once among committed predictions: answers and offsets are one transaction. */
  EXACTLY_ONCE,
  /** Once, or again after a crash: offsets are committed after the answers. */
  AT_LEAST_ONCE;

  /** As it is written in settings. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ProcessingGuarantee of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
