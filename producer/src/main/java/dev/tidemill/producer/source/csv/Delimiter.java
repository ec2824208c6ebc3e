package dev.tidemill.producer.source.csv;

import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.table.TableFormat;

/** Detects a table's delimiter. */
final class Delimiter {
  private static final String KNOWN = ",;\t|";

  private Delimiter() {}

  /**
   * Finds the delimiter that occurs most often in the first row, outside quotes. A comma that is a
   * decimal comma is none. Does not consume anything.
   */
  static char detect(ByteFeed feed, TableFormat format) {
    int[] counts = new int[KNOWN.length()];
    boolean quoted = false;
    for (int i = 0; ; i++) {
      int value = feed.peekAhead(i);
      if (value == -1 || (value == '\n' && !quoted && i > 0)) {
        break;
      }
      quoted ^= value == '"';
      int at = quoted ? -1 : KNOWN.indexOf(value);
      if (at >= 0 && !(format.decimalComma() && value == ',')) {
        counts[at]++;
      }
    }
    int most = 0;
    for (int i = 1; i < counts.length; i++) {
      // A comma may also separate fractions.
      most = counts[i] > 0 && counts[i] >= counts[most] ? i : most;
    }
    return KNOWN.charAt(most);
  }
}
