package dev.tidemill.schemas.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** What to say of bytes that begin like neither framing. */
final class Frames {
  private static final int SHOWN_BYTES = 10;

  private Frames() {}

  static String notAFrame(ByteBuffer bytes, int headBytes) {
    if (bytes.remaining() < headBytes) {
      return bytes.remaining()
          + " bytes are too few for a frame, whose head alone takes "
          + headBytes;
    }
    byte[] shown = new byte[Math.min(SHOWN_BYTES, bytes.remaining())];
    bytes.get(bytes.position(), shown);
    return "begins with "
        + HexFormat.ofDelimiter(" ").formatHex(shown)
        + ", which is neither C3 01 (single object) nor 00 (registry)";
  }
}
