package dev.tidemill.producer.source.parquet;

import dev.tidemill.producer.source.rows.ByteFeed;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One value in a temporary file: a byte that names its type, then its bytes. */
final class PackedCell {
  private static final int MISSING = 0;
  private static final int FALSE = 1;
  private static final int TRUE = 2;
  private static final int LONG = 3;
  private static final int DOUBLE = 4;
  private static final int TEXT = 5;

  private PackedCell() {}

  /** Writes a value; returns the number of bytes. */
  static int write(@Nullable Object value, DataOutputStream out) throws IOException {
    if (value == null) {
      out.writeByte(MISSING);
      return 1;
    }
    if (value instanceof Boolean bool) {
      out.writeByte(bool ? TRUE : FALSE);
      return 1;
    }
    if (value instanceof Long || value instanceof Double) {
      out.writeByte(value instanceof Long ? LONG : DOUBLE);
      out.writeLong(
          value instanceof Double number ? Double.doubleToRawLongBits(number) : (Long) value);
      return 1 + Long.BYTES;
    }
    byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
    out.writeByte(TEXT);
    out.writeInt(text.length);
    out.write(text);
    return 1 + Integer.BYTES + text.length;
  }

  /** Reads a value. */
  static @Nullable Object read(ByteFeed feed) {
    int type = feed.read();
    return switch (type) {
      case MISSING -> null;
      case FALSE -> false;
      case TRUE -> true;
      case LONG -> bits(feed, Long.BYTES);
      case DOUBLE -> Double.longBitsToDouble(bits(feed, Long.BYTES));
      case TEXT -> text(feed, (int) bits(feed, Integer.BYTES));
      default -> throw new IllegalStateException("no value begins with " + type);
    };
  }

  private static long bits(ByteFeed feed, int bytes) {
    long bits = 0;
    for (int i = 0; i < bytes; i++) {
      bits = bits << Byte.SIZE | feed.read();
    }
    return bits;
  }

  private static String text(ByteFeed feed, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) feed.read();
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
