package dev.tidemill.dashboard.state;

import java.util.HexFormat;

/** The beginning of a record's bytes as text. */
final class Preview {
  private static final HexFormat HEX = HexFormat.of();

  private Preview() {}

  /**
   * Returns printable text as it is, and other bytes as hexadecimal numbers.
   *
   * @param more whether the record has more bytes than these
   */
  static String of(byte[] head, boolean more) {
    StringBuilder text = new StringBuilder();
    for (byte value : head) {
      if (value >= 0x20 && value < 0x7f) {
        text.append((char) value);
      } else {
        text.append("\\x").append(HEX.toHexDigits(value));
      }
    }
    return more ? text.append(" …").toString() : text.toString();
  }
}
