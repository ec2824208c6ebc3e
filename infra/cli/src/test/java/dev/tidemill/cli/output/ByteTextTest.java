package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ByteTextTest {
  private final StringWriter out = new StringWriter();
  private final ByteText text = new ByteText(new PrintWriter(out));

  @Test
  void printsACharacterWhenItIsComplete() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
    text.add('a');
    assertThat(out).hasToString("a");
    text.add(euro[0]);
    text.add(euro[1]);
    assertThat(out).hasToString("a");
    text.add(euro[2]);
    assertThat(out).hasToString("a€");
  }

  @Test
  void replacesMalformedBytes() {
    assertThat(ByteText.of(new byte[] {'a', (byte) 0xFF, 'b', (byte) 0xC3}))
        .isEqualTo("a\uFFFDb\uFFFD");
  }

  @Test
  void replacesControlCharacters() {
    assertThat(ByteText.of("a\u001b[2Jb\tc\r\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a\uFFFD[2Jb\tc\uFFFD\n");
  }

  @Test
  void endsTheLineAtTheEnd() {
    text.add('a');
    text.end();
    assertThat(out.toString()).isEqualTo("a" + System.lineSeparator());
  }

  @Test
  void doesNotEndALineTwice() {
    text.add('a');
    text.add('\n');
    text.end();
    assertThat(out).hasToString("a\n");
  }

  @Test
  void printsCharactersOutsideTheBasicPlane() {
    assertThat(ByteText.of("🌊!".getBytes(StandardCharsets.UTF_8))).isEqualTo("🌊!");
  }
}
