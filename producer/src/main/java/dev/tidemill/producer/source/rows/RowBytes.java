package dev.tidemill.producer.source.rows;

import dev.tidemill.producer.source.UnusableSourceException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /** Decodes the bytes; returns null if they are not in the encoding. */
  public @Nullable String text(Charset encoding) {
    String text = new String(bytes, 0, length, encoding);
    // Only a text with the replacement character may be undecodable, so few are decoded twice.
    return text.indexOf('\uFFFD') < 0 ? text : strictly(encoding);
  }

  private @Nullable String strictly(Charset encoding) {
    try {
      return encoding
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
