package dev.tidemill.producer.source.lines;

import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;

/** One line of text that is not blank. */
final class JsonLine {
  private final RowBytes bytes = new RowBytes();
  private long line;

  /** Reads the next line that is not blank into this one; false at the end. */
  boolean read(ByteFeed feed) {
    passBlank(feed);
    line = feed.here().line();
    bytes.clear();
    int value = feed.read();
    while (value != -1 && value != '\n') {
      bytes.add(value, feed);
      value = feed.read();
    }
    return bytes.length() > 0;
  }

  static void passBlank(ByteFeed feed) {
    while (feed.peek() == '\n' || feed.peek() == '\r' || feed.peek() == ' ') {
      feed.read();
    }
  }

  String text() {
    return bytes.text();
  }

  /** From 1. */
  long number() {
    return line;
  }
}
