package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A reusable, growing buffer for the bytes of one row or one cell. */
public final class RowBytes {
  /** Longer than any sample that fits in a Kafka record; guards against files without lines. */
  private static final int MAX_BYTES = 1 << 26;

  private byte[] bytes = new byte[256];
  private int length;

  public void clear() {
    length = 0;
  }

  public int length() {
    return length;
  }

  /**
   * Appends a byte.
   *
   * @throws UnusableSourceException if the row exceeds the limit
   */
  public void add(int value, ByteFeed from) {
    if (length == bytes.length) {
      if (length >= MAX_BYTES) {
        throw new UnusableSourceException(
            from.name() + " line " + from.here().line() + ": longer than " + MAX_BYTES + " bytes");
      }
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /** Decodes the bytes as UTF-8. */
  public String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
