package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSpecTest {
  @Test
  void parsesEachForm() {
    assertThat(SourceSpec.parse("digits")).isEqualTo(new SourceSpec.Digits(1, Long.MAX_VALUE));
    assertThat(SourceSpec.parse("digits:seed=7,drift-after=20000"))
        .isEqualTo(new SourceSpec.Digits(7, 20_000));
    assertThat(SourceSpec.parse("waves")).isEqualTo(new SourceSpec.Waves(1));
    assertThat(SourceSpec.parse("sentences:seed=3")).isEqualTo(new SourceSpec.Sentences(3));
    assertThat(SourceSpec.parse("text:a:b.txt")).isEqualTo(new SourceSpec.Text(Path.of("a:b.txt")));
    assertThat(SourceSpec.parse("idx:some/dir"))
        .isEqualTo(new SourceSpec.IdxFiles(Path.of("some/dir")));
    assertThat(SourceSpec.parse("mnist"))
        .isEqualTo(new SourceSpec.Published(PublishedDataSet.MNIST));
    assertThat(SourceSpec.parse("fashion-mnist"))
        .isEqualTo(new SourceSpec.Published(PublishedDataSet.FASHION_MNIST));
    assertThat(SourceSpec.parse("csv:a:b.csv")).isEqualTo(new SourceSpec.Csv(Path.of("a:b.csv")));
    assertThat(SourceSpec.parse("jsonl:x.jsonl"))
        .isEqualTo(new SourceSpec.JsonLines(Path.of("x.jsonl")));
    assertThat(SourceSpec.parse("jsonl:-")).isEqualTo(new SourceSpec.StandardInput());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cvs:x", "idx", "idx:", "csv:", "jsonl", "text:", "nonsense"})
  void unknownSourceErrorListsAllForms(String text) {
    assertThatThrownBy(() -> SourceSpec.parse(text))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("`" + text + "`")
        .hasMessageContaining("idx:DIR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "digits:sead=1|not `sead=1`",
        "digits:seed=x|`x` in `digits:seed=x` is not a number",
        "digits:seed=-1|is negative",
        "digits:seed=1,seed=2|sets seed twice",
        "waves:drift-after=1|waves takes seed=N, not `drift-after=1`",
        "mnist:train|takes no argument",
      })
  void namesTheInvalidArgument(String text, String message) {
    assertThatThrownBy(() -> SourceSpec.parse(text))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message);
  }
}
