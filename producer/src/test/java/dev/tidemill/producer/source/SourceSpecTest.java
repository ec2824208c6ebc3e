package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSpecTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "digits",
        "digits:seed=7,drift-after=20000",
        "waves",
        "sentences:seed=3",
        "text:a:b.txt",
        "idx:some/dir",
        "mnist",
        "fashion-mnist",
        "csv:a:b.csv",
        "csv:-",
        "jsonl:x.jsonl",
        "jsonl:-"
      })
  void findsTheFormatOfEachForm(String text) {
    SourceSpec spec = SourceSpec.parse(text);
    assertThat(spec.format().name()).isEqualTo(text.split(":", 2)[0]);
    assertThat(spec).hasToString(text).isEqualTo(SourceSpec.parse(text));
    assertThat(spec.isStandardInput()).isEqualTo(text.endsWith(":-"));
  }

  @Test
  void argumentIsAPathOrNumbersByName() {
    assertThat(SourceSpec.parse("text:a:b.txt").argument().path("FILE"))
        .isEqualTo(Path.of("a:b.txt"));
    assertThat(SourceSpec.parse("digits:drift-after=5").argument().numbers("seed", "drift-after"))
        .containsExactly(Map.entry("drift-after", 5L));
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
