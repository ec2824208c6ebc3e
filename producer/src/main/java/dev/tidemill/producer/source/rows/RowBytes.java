package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one row, or of one cell, as they come in: a buffer that is used again. */
public final class RowBytes {
  /** Longer than any sample that fits a Kafka record; guards against files that have no lines. */
  private static final int LONGEST = 1 << 26;

  private byte[] bytes = new byte[256];
  private int length;

  public void clear() {
    length = 0;
  }

  public int length() {
    return length;
  }

  /**
   * Puts a byte behind the others.
   *
   * @throws UnusableSourceException if it gets longer than any row can be
   */
  public void add(int value, ByteFeed from) {
    if (length == bytes.length) {
      if (length >= LONGEST) {
        throw new UnusableSourceException(
            from.name() + " line " + from.here().line() + ": longer than " + LONGEST + " bytes");
      }
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /** As text in UTF-8. */
  public String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
