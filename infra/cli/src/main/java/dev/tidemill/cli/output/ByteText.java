package dev.tidemill.cli.output;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 bytes and prints each character when it is complete. Replaces malformed bytes and
 * control characters other than tab and newline, so that generated text cannot control a terminal.
 * For one thread.
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

  /** Returns the text that would be printed for some bytes. */
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

  /** Prints a replacement for an incomplete last character, and ends the line. */
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
