package dev.tidemill.schemas.wire;

import java.util.HexFormat;

/** What to say of bytes that begin like neither framing. */
final class Frames {
  private static final int SHOWN_BYTES = 10;

  private Frames() {}

  static String notAFrame(byte[] bytes, int headBytes) {
    if (bytes.length < headBytes) {
      return bytes.length + " bytes are too few for a frame, whose head alone takes " + headBytes;
    }
    return "begins with "
        + HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(SHOWN_BYTES, bytes.length))
        + ", which is neither C3 01 (single object) nor 00 (registry)";
  }
}
