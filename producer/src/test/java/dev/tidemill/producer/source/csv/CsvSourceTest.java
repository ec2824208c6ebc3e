package dev.tidemill.producer.source.csv;

import static dev.tidemill.producer.source.rows.CompressedFiles.gzip;
import static dev.tidemill.producer.source.rows.CompressedFiles.zstd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.contract.LabelMeaning;
import dev.tidemill.contract.MissingPolicy;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.SourceOptions;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.table.TableFormat;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
  private static final SourceOptions TRAINING = SourceOptions.FOR_TRAINING;

  @TempDir Path dir;

  @Test
  void readsFeaturesAndClassNumbers() throws IOException {
    IndexedSource source = open("a,label,b\n1,1,-2.5\n 3e2 ,3,.5\n4,2,1\n");
    List<Sample> samples = SampleReaders.prepared(source);
    assertThat(features(samples.get(0))).containsExactly(1f, -2.5f);
    assertThat(features(samples.get(1))).containsExactly(300f, 0.5f);
    assertThat(samples)
        .as("labels 1 to 3 are classes 0 to 2")
        .extracting(SampleReaders::classOf)
        .containsExactly(0, 2, 1);
    assertThat(samples.get(0).shape()).containsExactly(2L);
    assertThat(samples.get(0).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(source.description().count()).hasValue(3);
    assertThat(source.derive(List.of()).classes()).containsExactly("1", "2", "3");
  }

  @Test
  void numbersTextLabelsByTheContract() throws IOException {
    IndexedSource source =
        open("x,species\n1,setosa\n2,virginica\n3,\"a, b\"\n", TRAINING.withLabelColumn("species"));
    assertThat(SampleReaders.prepared(source))
        .extracting(SampleReaders::classOf)
        .containsExactly(1, 2, 0);
    Contract contract = source.derive(List.of());
    assertThat(contract.classes()).containsExactly("a, b", "setosa", "virginica");
    IndexedSource other = open("species,x\nvirginica,1\nsetosa,2\n");
    assertThat(SampleReaders.prepared(other, contract))
        .as("the contract names the label column")
        .extracting(SampleReaders::classOf)
        .containsExactly(2, 1);
  }

  @Test
  void treatsFractionsAsTargetsUnlessSetToClass() throws IOException {
    String text = "x,label\n1,0.5\n2,3\n";
    assertThat(SampleReaders.prepared(open(text)).get(1).label())
        .isEqualTo(new SampleLabel.Targets(List.of(3f)));
    IndexedSource classes = open(text, TRAINING.withLabels(LabelMeaning.CLASS));
    assertThat(SampleReaders.prepared(classes))
        .extracting(SampleReaders::classOf)
        .containsExactly(0, 1);
    IndexedSource numbers = open("x,label\n1,4\n", TRAINING.withLabels(LabelMeaning.NUMBER));
    assertThat(SampleReaders.prepared(numbers).get(0).label())
        .isEqualTo(new SampleLabel.Targets(List.of(4f)));
  }

  @Test
  void standardizesAsTheContractSays() throws IOException {
    IndexedSource source = open("a,b,label\n1,5,0\n3,5,1\n", TRAINING.withStandardize(true));
    List<Sample> samples = SampleReaders.prepared(source);
    assertThat(features(samples.get(0))).containsExactly(-1f, 0f);
    assertThat(features(samples.get(1))).containsExactly(1f, 0f);
    Contract contract = source.derive(List.of());
    IndexedSource other = open("label,b,a\n1,6,5\n");
    assertThat(features(SampleReaders.prepared(other, contract).get(0))).containsExactly(3f, 1f);
  }

  @Test
  void conformsToAContractByName() throws IOException {
    Contract contract = open("a,b,label\n1,2,cat\n3,4,dog\n").derive(List.of());
    IndexedSource reordered = open("note,label,b,a\nx,dog,4,3\n");
    assertThat(reordered.check(contract))
        .singleElement(STRING)
        .contains("ignoring the columns `note`, which contract version 1 of model ");
    Sample sample = SampleReaders.prepared(reordered, contract).get(0);
    assertThat(features(sample)).containsExactly(3f, 4f);
    assertThat(SampleReaders.classOf(sample)).isEqualTo(1);
    assertRefused(
        "a,label\n5,dog\n", contract, "line 2: no column `b`, which contract version 1 of model ");
    assertRefused(
        "a,b,label\n5,6,dog\n5,6,cow\n",
        contract,
        "line 3, column `label`: `cow` is new to contract version 1 of model , whose classes are"
            + " cat, dog");
    assertThat(open("a,b,label\n5,6,dog\n5,6,cow\n").newClasses(contract, List.of()))
        .containsExactly("cow");
    assertThatThrownBy(
            () -> open("a,b,label\n1,2,cat\n", TRAINING.withStandardize(true)).check(contract))
        .hasMessageContaining("data.standardize=true contradicts contract version 1");
    assertThatThrownBy(
            () ->
                open("a,b,label\n1,2,3\n", TRAINING.withLabels(LabelMeaning.NUMBER))
                    .check(contract))
        .hasMessageContaining("data.labels=number contradicts contract version 1");
  }

  private void assertRefused(String text, Contract contract, String message) throws IOException {
    IndexedSource source = open(text);
    assertThatThrownBy(() -> source.check(contract))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(dir.resolve("t.csv").toString())
        .hasMessageContaining(message);
  }

  @Test
  void encodesTextsAndTruthValues() throws IOException {
    IndexedSource source = open("color,on,label\nred,true,0\nblue,False,1\n");
    List<Sample> samples = SampleReaders.prepared(source);
    assertThat(features(samples.get(0))).containsExactly(0f, 1f, 1f);
    assertThat(features(samples.get(1))).containsExactly(1f, 0f, 0f);
  }

  @Test
  void appliesThePolicyForMissingValues() throws IOException {
    DeriveOptions mean =
        new DeriveOptions(
            LabelMeaning.AUTO, false, Set.of(), MissingPolicy.MEAN, null, true, false);
    IndexedSource source = open("a,label\n1,0\n,1\n3,0\n", TRAINING.withDerive(mean));
    assertThat(features(SampleReaders.prepared(source).get(1))).containsExactly(2f, 1f);
  }

  @ParameterizedTest
  @ValueSource(chars = {',', ';', '\t', '|'})
  void detectsTheDelimiter(char delimiter) throws IOException {
    IndexedSource source = open("a,b,label\n1,2,0\n".replace(',', delimiter));
    assertThat(features(SampleReaders.prepared(source).get(0))).containsExactly(1f, 2f);
  }

  @Test
  void readsDecimalCommasAndThousands() throws IOException {
    TableFormat german =
        new TableFormat(
            null, StandardCharsets.UTF_8, true, '.', "dd.MM.yyyy", List.of(), List.of(), List.of());
    IndexedSource source =
        open("a;b;d;label\n1,5;1.234.567,5;02.01.1970;0\n", TRAINING.withTable(german));
    assertThat(features(SampleReaders.prepared(source).get(0)))
        .containsExactly(1.5f, 1_234_567.5f, 1f);
    assertThatThrownBy(() -> open("a;label\n1,5;0\n1.5;1\n", TRAINING.withTable(german)))
        .hasMessageContaining("line 3, column `a`: `1.5` has a decimal point");
  }

  @Test
  void readsTableWithoutHeader() throws IOException {
    TableFormat format =
        new TableFormat(
            null,
            StandardCharsets.UTF_8,
            false,
            null,
            null,
            List.of("label", "x", "y", "z"),
            List.of(),
            List.of("y"));
    IndexedSource source = open("1,5,6,7\n3,8,9,10\n", TRAINING.withTable(format));
    List<Sample> samples = SampleReaders.prepared(source);
    assertThat(features(samples.get(1))).containsExactly(8f, 10f);
    assertThat(source.derive(List.of()).classes()).containsExactly("1", "3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zst"})
  void readsCompressedFileAtAnyRow(String ending) throws IOException {
    byte[] packed = ending.equals("gz") ? gzip(rows(100)) : zstd(rows(100));
    Path file = Files.write(dir.resolve("t.csv." + ending), packed);
    try (CsvSource source = CsvSource.open(file, TRAINING)) {
      assertThat(features(SampleReaders.prepared(source).get(57))).containsExactly(57f);
      assertThat(source.at(3).origin().where()).isEqualTo(file + " line 5");
    }
    Files.write(file, Arrays.copyOf(packed, packed.length / 2));
    assertThatThrownBy(() -> CsvSource.open(file, TRAINING))
        .hasMessageStartingWith(file + " cannot be unpacked: it is truncated or damaged");
  }

  @Test
  void messagesAreShortAndPrintable() throws IOException {
    String cell = "a\n\u001b[2J" + "x".repeat(20_000);
    IndexedSource source = open("x,label\n1,0\n\"" + cell + "\",1\n");
    assertThatThrownBy(() -> source.derive(List.of()))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThan(400)
                    .doesNotContainPattern("\\p{Cntrl}")
                    .contains("line 3"));
    Path utf16 = dir.resolve("utf16.csv");
    Files.write(utf16, "x,label\n1,0\n".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> CsvSource.open(utf16, TRAINING))
        .hasMessageStartingWith(utf16 + " line 1, column 1: not UTF-8");
  }

  @Test
  void rejectsUndecodableBytes() throws IOException {
    Path file = dir.resolve("t.csv");
    String text = "bird,wings,label\nowl,2,night\ntit,2,day\nM\u00F6we,2,day\n";
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> CsvSource.open(file, TRAINING))
        .hasMessageContaining(file + " line 4, column `bird`: not UTF-8")
        .hasMessageContaining("data.encoding");
    TableFormat latin1 =
        new TableFormat(
            null, StandardCharsets.ISO_8859_1, false, null, null, List.of(), List.of(), List.of());
    Contract contract = CsvSource.open(file, TRAINING.withTable(latin1)).derive(List.of());
    assertThat(contract.features().get(0).getCategories())
        .containsExactlyInAnyOrder("owl", "tit", "M\u00F6we");
  }

  @Test
  void acceptsSpreadsheetFormatting() throws IOException {
    IndexedSource source = open("\uFEFF\"a\",label\r\n\"1\",0\r\n\r\n\"2\",1");
    assertThat(SampleReaders.all(source)).hasSize(2);
    assertThat(features(SampleReaders.prepared(source).get(1))).containsExactly(2f);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource( // not the class that is tested
      delimiter = '|',
      value = {
        "a,label~1,0~1~|line 3: 1 cells, but the header has 2 columns",
        "a,label~1,0~1,2,3~|line 3: 3 cells, but the header has 2 columns",
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

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource(
      delimiter = '|',
      value = {
        "a,label~1,0~x,1~|line 3: column `a` has numbers and also `x`, which is not a finite"
            + " number",
        "a,label~1,0~NaN,1~|line 3: column `a` has numbers and also `NaN`",
        "a,label~1,0~1e99,1~|line 3: column `a` has numbers and also `1e99`",
        "a,label~1,0~,1~|line 3, column `a`: has no value",
        "a,label~1,x~1,~|line 3, column `label`: no label",
        "a,b~1,0~|has no label column `label`; its columns are: a, b",
      })
  void namesWhatKeepsAContractFromBeingDerived(String text, String message) throws IOException {
    IndexedSource source = open(text.replace('~', '\n'));
    assertThatThrownBy(() -> source.derive(List.of()))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(dir.resolve("t.csv").toString());
  }

  @Test
  void refusesToGuessWhatManyWholeNumbersMean() throws IOException {
    String text =
        IntStream.range(0, 300)
            .mapToObj(i -> i + "," + i * 7 + "\n")
            .collect(Collectors.joining("", "a,label\n", ""));
    assertThatThrownBy(() -> open(text).derive(List.of()))
        .hasMessageContaining("data.labels=class")
        .hasMessageContaining("data.labels=number");
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
    assertThat(key).isEqualTo("csv:" + dir.resolve("t.csv"));
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
