package dev.tidemill.cli.output;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Shows bytes as the text that they are as soon as a character is whole. What is no UTF-8, and
 * control characters other than a tab or a line's end, becomes a replacement character: what a
 * model writes does not steer a terminal. One thread.
 */
public final class ByteText {
  private static final char REPLACEMENT = '\uFFFD';

  private final PrintWriter out;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer bytes = ByteBuffer.allocate(8);
  private final CharBuffer characters = CharBuffer.allocate(16);
  private boolean lineBegun;

  public ByteText(PrintWriter out) {
    this.out = out;
  }

  /** The text of some bytes as it would be shown. */
  public static String of(byte[] bytes) {
    StringWriter text = new StringWriter();
    ByteText shown = new ByteText(new PrintWriter(text));
    for (byte b : bytes) {
      shown.add(b);
    }
    shown.flush();
    return text.toString();
  }

  public void add(int value) {
    bytes.put((byte) value);
    bytes.flip();
    decoder.decode(bytes, characters, false);
    bytes.compact();
    show();
  }

  /** Shows what is left of a cut character, and ends the line. */
  public void end() {
    flush();
    if (lineBegun) {
      out.println();
    }
    out.flush();
  }

  private void flush() {
    bytes.flip();
    decoder.decode(bytes, characters, true);
    decoder.flush(characters);
    show();
  }

  private void show() {
    characters.flip();
    while (characters.hasRemaining()) {
      char c = characters.get();
      out.print(c == '\n' || c == '\t' || !Character.isISOControl(c) ? c : REPLACEMENT);
      lineBegun = c != '\n';
    }
    characters.clear();
    out.flush();
  }
}
