package dev.tidemill.producer.source.lines;

import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.rows.ByteFeed;
import dev.tidemill.producer.source.rows.RowBytes;
import java.nio.charset.StandardCharsets;

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
    feed.skipByteOrderMark();
    while (feed.peek() == '\n' || feed.peek() == '\r' || feed.peek() == ' ') {
      feed.read();
    }
  }

  /**
   * @throws MalformedSampleException if the line is not UTF-8
   */
  String text(String name) {
    String text = bytes.text(StandardCharsets.UTF_8);
    if (text == null) {
      throw new MalformedSampleException(name + " line " + line + ": not UTF-8");
    }
    return text;
  }

  /** The line number, from 1. */
  long number() {
    return line;
  }
}
