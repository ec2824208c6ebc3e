package dev.tidemill.producer.source.lines;

import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;

/** Reads lines of text, skipping blank ones. */
final class JsonLine {
  private final RowBytes bytes = new RowBytes();
  private long line;

  /** Reads the next line that is not blank; returns false at the end. */
  boolean read(ByteFeed feed) {
    skipBlank(feed);
    line = feed.here().line();
    bytes.clear();
    int value = feed.read();
    while (value != -1 && value != '\n') {
      bytes.add(value, feed);
      value = feed.read();
    }
    return bytes.length() > 0;
  }

  static void skipBlank(ByteFeed feed) {
    while (feed.peek() == '\n' || feed.peek() == '\r' || feed.peek() == ' ') {
      feed.read();
    }
  }

  String text() {
    return bytes.text();
  }

  /** The line number, from 1. */
  long number() {
    return line;
  }
}
