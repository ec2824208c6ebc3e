package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Describes bytes without a valid frame, for messages. */
final class Frames {
  private static final int SHOWN_BYTES = 10;

  private Frames() {}

  static String notAFrame(ByteBuffer bytes, int headBytes) {
    if (bytes.remaining() < headBytes) {
      return "has " + bytes.remaining() + " bytes; a frame's header alone takes " + headBytes;
    }
    byte[] shown = new byte[Math.min(SHOWN_BYTES, bytes.remaining())];
    bytes.get(bytes.position(), shown);
    return "begins with "
        + HexFormat.ofDelimiter(" ").formatHex(shown)
        + ", which is neither C3 01 (single object) nor 00 (registry)";
  }
}
