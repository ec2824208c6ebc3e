package dev.tidemill.engine;

import java.util.Collection;
import java.util.Comparator;

/** Suggests the known word that is closest to a misspelled one. */
final class KeySuggestion {
  private KeySuggestion() {}

  /** Returns {@code "; did you mean 'x'?"}, or the list of known words if none is close. */
  static String hint(String given, Collection<String> known) {
    String word = given.substring(0, Math.min(64, given.length()));
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(word, k)).thenComparing(k -> k))
        .filter(k -> distance(word, k) <= Math.max(2, k.length() / 2))
        .map(k -> "; did you mean '" + k + "'?")
        .orElse("; known: " + String.join(", ", known));
  }

  /** Levenshtein distance: the number of insertions, deletions and replacements. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
