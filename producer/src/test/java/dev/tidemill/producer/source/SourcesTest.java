package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.producer.source.SourceOptions.Part;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.table.TableFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcesTest {
  @TempDir private Path folder;

  @Test
  void rejectsWindowForSourcesWithoutOne() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "abcdefghijkl");
    assertThat(open("text:" + text, new Window(4, 2)).description().count()).hasValue(4);
    assertThat(open("sentences", new Window(32, 32)).description().shape()).containsExactly(32L);
    assertThat(open("waves", new Window(32, 32)).description().shape()).containsExactly(32L, 1L);
    assertThat(open("waves", null).description().shape()).containsExactly(64L, 1L);
    assertThatThrownBy(() -> open("digits", new Window(32, 32)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage(
            "digits does not take a window; the sources that do are waves, sentences, text:FILE");
  }

  @Test
  void rejectsStrideForSyntheticSources() {
    assertThatThrownBy(() -> open("sentences", new Window(32, 8)))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage("sentences does not take a stride; the sources that do are text:FILE");
  }

  @Test
  void rejectsPartOfDataWithoutParts() {
    SourceOptions test = SourceOptions.FOR_REQUESTS.withPart(Part.TEST);
    assertThatThrownBy(() -> sources().open(SourceSpec.parse("jsonl:-"), test, ReadingOrder.AS_IS))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageStartingWith("jsonl does not take data.part; the sources that do are digits, ");
  }

  @Test
  void rejectsOptionsThatWouldHaveNoEffect() {
    SourceOptions training = SourceOptions.FOR_TRAINING;
    assertRejected("digits", training.withStandardize(true), "data.standardize");
    assertRejected("waves", training.withLabels(LabelMeaning.CLASS), "data.labels");
    assertRejected("jsonl:-", training.withLabelColumn("a"), "a label column");
    assertRejected("jsonl:-", training.withTable(table(List.of("a"), List.of())), "data.features");
    assertRejected("text:x", training.withTable(table(List.of(), List.of("a"))), "columns");
  }

  private static TableFormat table(List<String> features, List<String> columns) {
    return new TableFormat(
        null, StandardCharsets.UTF_8, false, null, null, columns, features, List.of());
  }

  private void assertRejected(String spec, SourceOptions options, String option) {
    assertThatThrownBy(() -> sources().open(SourceSpec.parse(spec), options, ReadingOrder.AS_IS))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(" does not take ")
        .hasMessageContaining(option)
        .hasMessageContaining("csv:FILE");
  }

  @Test
  void splitsTextIntoConsecutiveWindows() throws IOException {
    Path text = Files.writeString(folder.resolve("a.txt"), "abcdefghijkl");
    SourceOptions options = SourceOptions.FOR_TRAINING.withWindow(new Window(3, 3));
    try (TrainTest parts =
        sources().split(SourceSpec.parse("text:" + text), options, ReadingOrder.AS_IS, 2, 1)) {
      assertThat(SampleReaders.all(parts.train())).hasSize(2);
      assertThat(SampleReaders.all(parts.test()).get(0).data().get(0)).isEqualTo((byte) 'g');
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sentences", "waves", "digits"})
  void syntheticTestSamplesDifferFromTrainingSamples(String spec) {
    try (TrainTest parts =
        sources()
            .split(
                SourceSpec.parse(spec), SourceOptions.FOR_TRAINING, ReadingOrder.AS_IS, 50, 50)) {
      assertThat(SampleReaders.all(parts.test()))
          .hasSize(50)
          .extracting(Sample::data)
          .doesNotContainAnyElementsOf(
              SampleReaders.all(parts.train()).stream().map(Sample::data).toList());
    }
  }

  private SampleSource open(String spec, @Nullable Window window) {
    return sources()
        .open(
            SourceSpec.parse(spec),
            SourceOptions.FOR_TRAINING.withWindow(window),
            ReadingOrder.AS_IS);
  }

  private Sources sources() {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(folder), Map.of());
  }
}
