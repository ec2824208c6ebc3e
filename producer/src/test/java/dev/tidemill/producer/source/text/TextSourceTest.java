package dev.tidemill.producer.source.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.OrderedSources;
import dev.tidemill.producer.source.ReadingOrder;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.Window;
import dev.tidemill.producer.source.rows.CompressedFiles;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourceTest {
  @TempDir private Path folder;

  @Test
  void labelsEachByteWithTheNextByte() throws IOException {
    try (TextSource source = open("abcdefgh", new Window(3, 3))) {
      List<Sample> samples = SampleReaders.all(source);
      assertThat(samples).extracting(TextSourceTest::inputs).containsExactly("abc", "def");
      assertThat(samples).extracting(TextSourceTest::labels).containsExactly("bcd", "efg");
      assertThat(samples.get(0).dtype()).isEqualTo(DType.UINT8);
      assertThat(samples.get(0).shape()).containsExactly(3L);
      assertThat(source.description().count()).hasValue(2);
    }
  }

  @Test
  void lastWindowNeedsOneMoreByte() throws IOException {
    try (TextSource six = open("abcdef", new Window(3, 3));
        TextSource seven = open("abcdefg", new Window(3, 3))) {
      assertThat(six.description().count()).hasValue(1);
      assertThat(seven.description().count()).hasValue(2);
    }
  }

  @Test
  void smallStrideGivesOverlappingWindows() throws IOException {
    try (TextSource source = open("abcdef", new Window(3, 1))) {
      assertThat(SampleReaders.all(source))
          .extracting(TextSourceTest::inputs)
          .containsExactly("abc", "bcd", "cde");
    }
  }

  @Test
  void keepsNonAsciiBytes() throws IOException {
    try (TextSource source = open("xäö", new Window(2, 2))) {
      Sample first = source.at(0);
      assertThat(first.data()).isEqualTo(ByteBuffer.wrap(new byte[] {'x', (byte) 0xC3}));
      SampleLabel next =
          new SampleLabel.NextBytes(ByteBuffer.wrap(new byte[] {(byte) 0xC3, (byte) 0xA4}));
      assertThat(first.label()).isEqualTo(next);
      assertThat(next.answer()).as("the byte after the window").hasValue(0xA4);
    }
  }

  @Test
  void resumesFromAnyIndexInAnyOrder() throws IOException {
    try (TextSource source = open("the quick brown fox jumps over it", new Window(4, 2))) {
      for (ReadingOrder order :
          List.of(ReadingOrder.AS_IS, ReadingOrder.AS_IS.shuffled(3).withEpochs(2))) {
        List<Sample> all = SampleReaders.all(OrderedSources.of(source, order));
        for (int index = 0; index <= all.size(); index++) {
          assertThat(SampleReaders.from(OrderedSources.of(source, order), index, Long.MAX_VALUE))
              .isEqualTo(all.subList(index, all.size()));
        }
      }
    }
  }

  @Test
  void readsCompressedFiles() throws IOException {
    Path zstd = Files.write(folder.resolve("a.txt.zst"), CompressedFiles.zstd("abcdefgh"));
    Path gzip = Files.write(folder.resolve("a.txt.gz"), CompressedFiles.gzip("abcdefgh"));
    for (Path file : List.of(zstd, gzip)) {
      try (TextSource source = TextSource.open(file, new Window(3, 3))) {
        assertThat(SampleReaders.all(source))
            .extracting(TextSourceTest::inputs)
            .containsExactly("abc", "def");
      }
    }
  }

  @Test
  void keyDependsOnContentAndWindow() throws IOException {
    String key = key("abcdefgh", new Window(3, 3));
    assertThat(key("abcdefgh", new Window(3, 3)))
        .isEqualTo(key)
        .startsWith("text:" + folder.resolve("a.txt") + "#");
    assertThat(key("abcdefgX", new Window(3, 3))).isNotEqualTo(key);
    assertThat(key("abcdefgh", new Window(2, 2))).isNotEqualTo(key);
    assertThat(key("abcdefgh", new Window(3, 2))).isNotEqualTo(key);
  }

  @Test
  void rejectsFileShorterThanAWindow() {
    assertThatThrownBy(() -> open("abc", new Window(3, 3)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage(folder.resolve("a.txt") + " has 3 bytes; a window of 3 needs at least 4");
  }

  @Test
  void namesMissingFile() {
    assertThatThrownBy(() -> TextSource.open(folder.resolve("none.txt"), Window.DEFAULT))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage(folder.resolve("none.txt") + " does not exist");
  }

  @Test
  void namesFileThatWasTruncatedWhileOpen() throws IOException {
    try (TextSource source = open("abcdefgh", new Window(3, 3))) {
      Files.writeString(folder.resolve("a.txt"), "abcde");
      assertThatThrownBy(() -> source.at(1))
          .isInstanceOf(UnusableSourceException.class)
          .hasMessageContaining("has become shorter")
          .hasMessageEndingWith("before sample 1");
    }
  }

  private TextSource open(String text, Window window) throws IOException {
    return TextSource.open(Files.writeString(folder.resolve("a.txt"), text), window);
  }

  private String key(String text, Window window) throws IOException {
    try (TextSource source = open(text, window)) {
      return source.description().key();
    }
  }

  private static String inputs(Sample sample) {
    return StandardCharsets.US_ASCII.decode(sample.data().duplicate()).toString();
  }

  private static String labels(Sample sample) {
    if (sample.label() instanceof SampleLabel.NextBytes next) {
      return StandardCharsets.US_ASCII.decode(next.numbers().duplicate()).toString();
    }
    throw new AssertionError("no next bytes: " + sample.label());
  }
}
