package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SourceFormatsTest {
  private static final Path PAGE = Path.of("..", "docs", "feeding-data.md");

  @Test
  void formsBeginWithTheName() {
    assertThat(SourceFormats.all())
        .isNotEmpty()
        .allSatisfy(
            format ->
                assertThat(format.forms())
                    .isNotEmpty()
                    .allSatisfy(form -> assertThat(form).startsWith(format.name())));
  }

  @Test
  void onlyDownloadedDataHasAHome() {
    assertThat(SourceFormats.all())
        .filteredOn(format -> format.home().isPresent())
        .extracting(SourceFormat::name)
        .containsExactly("mnist", "fashion-mnist");
  }

  @Test
  void listsTheFormatsThatTakeAnOption() {
    assertThat(SourceFormats.taking(SourceOption.WINDOW)).isEqualTo("waves, sentences, text:FILE");
  }

  @Test
  void documentationListsAllFormats() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .dropWhile(line -> !line.equals("| source | what it reads |"))
            .takeWhile(line -> line.startsWith("|"))
            .skip(2)
            .toList();
    assertThat(rows)
        .as("the table of sources in docs/feeding-data.md")
        .containsExactlyElementsOf(
            SourceFormats.all().stream().map(SourceFormatsTest::row).toList());
  }

  private static String row(SourceFormat format) {
    String forms =
        format.forms().stream().map(form -> "`" + form + "`").collect(Collectors.joining(", "));
    return "| " + forms + " | " + format.summary() + " |";
  }
}
