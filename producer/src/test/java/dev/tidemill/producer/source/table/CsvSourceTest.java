package dev.tidemill.producer.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Preparation;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.SourceOptions.LabelMeaning;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

class CsvSourceTest {
  private static final SourceOptions TRAINING = SourceOptions.FOR_TRAINING;

  @TempDir Path dir;

  @Test
  void readsFeaturesAndClassNumbers() throws IOException {
    IndexedSource source = open("a,label,b\n1,0,-2.5\n 3e2 ,7,.5\n");
    List<Sample> samples = SampleReaders.all(source);
    assertThat(features(samples.get(0))).containsExactly(1f, -2.5f);
    assertThat(features(samples.get(1))).containsExactly(300f, 0.5f);
    assertThat(samples).extracting(SampleReaders::classOf).containsExactly(0, 7);
    assertThat(samples.get(0).shape()).containsExactly(2L);
    assertThat(samples.get(0).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(source.description().count()).hasValue(2);
  }

  @Test
  void numbersTextLabelsAndKeepsTheirNames() throws IOException {
    IndexedSource source =
        open("x,species\n1,setosa\n2,virginica\n3,\"a, b\"\n", TRAINING.withLabelColumn("species"));
    assertThat(SampleReaders.all(source))
        .extracting(SampleReaders::classOf)
        .containsExactly(1, 2, 0);
    assertThat(source.description().metadata())
        .containsEntry(SourceDescription.CLASS_NAMES, "[\"a, b\",\"setosa\",\"virginica\"]");
  }

  @Test
  void treatsFractionsAsTargetsUnlessSetToClass() throws IOException {
    String text = "x,label\n1,0.5\n2,3\n";
    assertThat(open(text).at(1).label()).isEqualTo(new SampleLabel.Targets(List.of(3f)));
    IndexedSource classes = open(text, TRAINING.withLabels(LabelMeaning.CLASS));
    assertThat(SampleReaders.all(classes)).extracting(SampleReaders::classOf).containsExactly(0, 1);
    assertThat(open("x,label\n1,4\n", TRAINING.withLabels(LabelMeaning.NUMBER)).at(0).label())
        .isEqualTo(new SampleLabel.Targets(List.of(4f)));
  }

  @Test
  void standardizesAndRecordsTheParameters() throws IOException {
    IndexedSource source = open("a,b,label\n1,5,0\n3,5,1\n", TRAINING.withStandardize(true));
    assertThat(features(source.at(0))).containsExactly(-1f, 0f);
    assertThat(features(source.at(1))).containsExactly(1f, 0f);
    var how = Objects.requireNonNull(source.description().standardization());
    assertThat(how.getColumns()).containsExactly("a", "b");
    assertThat(how.getMean()).containsExactly(2.0, 5.0);
    assertThat(how.getDeviation()).containsExactly(1.0, 1.0);
  }

  @Test
  void appliesPreprocessingOfTrainingDataToRequests() throws IOException {
    IndexedSource learned = open("a,label\n1,cat\n3,dog\n", TRAINING.withStandardize(true));
    Preparation known =
        new Preparation(learned.description().standardization(), List.of("cat", "dog"));
    SourceOptions asking = SourceOptions.FOR_REQUESTS.withPreparation(known);
    IndexedSource asked = open("a,label\n5,dog\n", asking);
    assertThat(features(asked.at(0))).containsExactly(3f);
    assertThat(SampleReaders.classOf(asked.at(0))).isEqualTo(1);
    assertThat(open("a\n5\n", asking).at(0).label()).isNull();
    assertUnusable(
        "a\n5\n",
        SourceOptions.FOR_REQUESTS
            .withStandardize(true)
            .withPreparation(new Preparation(null, List.of())),
        "the model was trained on features that were not");
    assertUnusable(
        "b,label\n5,dog\n", asking, "has the features [b], but the model was trained on [a]");
    assertUnusable(
        "a,label\n5,cow\n",
        asking,
        "line 2, column `label`: `cow` is not one of the classes cat, dog");
  }

  @Test
  void acceptsSpreadsheetFormatting() throws IOException {
    IndexedSource source = open("\uFEFF\"a\",label\r\n\"1\",0\r\n\r\n\"2\",1");
    assertThat(SampleReaders.all(source)).hasSize(2);
    assertThat(features(source.at(1))).containsExactly(2f);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource( // not the class that is tested
      delimiter = '|',
      value = {
        "a,label~1,0~x,1~|line 3, column `a`: `x` is not a finite number",
        "a,label~1,0~,1~|line 3, column `a`: an empty cell is not a finite number",
        "a,label~1,0~NaN,1~|line 3, column `a`: `NaN` is not a finite number",
        "a,label~1,0~1e99,1~|line 3, column `a`: `1e99` is not a finite number",
        "a,label~1,0~1d,1~|line 3, column `a`: `1d` is not a finite number",
        "a,label~1,0~1~|line 3: 1 cells, but the header has 2 columns",
        "a,label~1,0~1,2,3~|line 3: 3 cells, but the header has 2 columns",
        "a,label~1,x~1,~|column `label` has an empty cell",
        "a,b~1,0~|no label column `label`; its columns are: a, b",
        "label~1~|has no feature column",
        "a,a,label~1,0,0~|two columns named `a`",
        "a,label~|has a header but no rows",
        "''|is empty: it has no header",
        "a,label~1,\"0~|line 2: a quoted cell has no closing quote",
        "a,label~\"1\"x,0~|line 2: unexpected text after a closing quote",
      })
  void namesFileLineAndColumnOfAnError(String text, String message) throws IOException {
    assertUnusable(text.replace('~', '\n'), TRAINING, message);
  }

  @Test
  void namesMissingFile() {
    assertThatThrownBy(() -> CsvSource.open(dir.resolve("absent.csv"), TRAINING))
        .hasMessage(dir.resolve("absent.csv") + " does not exist");
    assertThatThrownBy(() -> CsvSource.open(dir, TRAINING)).hasMessage(dir + " is not a file");
  }

  @Test
  void resumesFromAnyRow() throws IOException {
    IndexedSource source = open(rows(100));
    List<Sample> all = SampleReaders.all(source);
    for (int row : new int[] {0, 1, 15, 16, 17, 50, 99, 100}) {
      assertThat(SampleReaders.from(source, row, Long.MAX_VALUE)).isEqualTo(all.subList(row, 100));
    }
    assertThat(IntStream.range(0, 100).mapToObj(source::at)).isEqualTo(all);
  }

  @Test
  void appendedRowsDoNotChangeTheKey() throws IOException {
    String key = open(rows(10)).description().key();
    assertThat(open(rows(20)).description().key()).isEqualTo(key);
    assertThat(open("a,label\n17,3\n").description().key()).isNotEqualTo(key);
  }

  @Test
  void detectsFileTruncatedWhileReading() throws IOException {
    IndexedSource source = open(rows(100));
    Files.writeString(dir.resolve("t.csv"), rows(50));
    assertThatThrownBy(() -> SampleReaders.all(source))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("had 100 rows and now ends before row 51");
  }

  private static String rows(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> i + (i % 7 == 0 ? ",\"1\"\n" : ",0\n"))
        .collect(Collectors.joining("", "a,label\n", ""));
  }

  private void assertUnusable(String text, SourceOptions options, String message)
      throws IOException {
    Files.writeString(dir.resolve("t.csv"), text);
    assertThatThrownBy(() -> CsvSource.open(dir.resolve("t.csv"), options))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(dir.resolve("t.csv").toString());
  }

  private IndexedSource open(String text) throws IOException {
    return open(text, TRAINING);
  }

  private IndexedSource open(String text, SourceOptions options) throws IOException {
    Files.writeString(dir.resolve("t.csv"), text);
    return CsvSource.open(dir.resolve("t.csv"), options);
  }

  private static float[] features(Sample sample) {
    FloatBuffer floats = sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }
}
