package dev.tidemill.dashboard.state;

import java.nio.ByteBuffer;
import java.util.Locale;

/** The beginning of a record's bytes as text. */
final class Preview {
  private Preview() {}

  /** Returns printable text as it is, and other bytes as hexadecimal numbers. */
  static String of(ByteBuffer bytes, int most) {
    ByteBuffer rest = bytes.duplicate();
    StringBuilder text = new StringBuilder();
    int count = Math.min(most, rest.remaining());
    for (int i = 0; i < count; i++) {
      int value = rest.get() & 0xff;
      if (value >= 0x20 && value < 0x7f) {
        text.append((char) value);
      } else {
        text.append(String.format(Locale.ROOT, "\\x%02x", value));
      }
    }
    return rest.hasRemaining() ? text + " …" : text.toString();
  }
}
