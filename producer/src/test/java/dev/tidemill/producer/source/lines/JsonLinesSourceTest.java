package dev.tidemill.producer.source.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.producer.source.rows.CompressedFiles;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesSourceTest {
  @TempDir Path dir;

  @Test
  void nestingDeterminesTheShape() throws IOException {
    Sample sample = only("{\"inputs\": [[1, 2, 3], [4, 5, 6.5]], \"label\": 3}");
    assertThat(sample.shape()).containsExactly(2L, 3L);
    assertThat(sample.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).getFloat(20))
        .isEqualTo(6.5f);
    assertThat(SampleReaders.classOf(sample)).isEqualTo(3);
  }

  @Test
  void explicitShapeAppliesToFlatInputs() throws IOException {
    Sample sample = only("{\"shape\":[1,2,2],\"dtype\":\"uint8\",\"inputs\":[0,255,7,128]}");
    assertThat(sample.shape()).containsExactly(1L, 2L, 2L);
    assertThat(sample.data().get(1)).isEqualTo((byte) 255);
    assertThat(sample.label()).isNull();
  }

  @Test
  void readsInt32AndInt64() throws IOException {
    assertThat(only("{\"dtype\":\"int32\",\"inputs\":[-1,70000]}").data().remaining()).isEqualTo(8);
    assertThat(only("{\"dtype\":\"int64\",\"inputs\":[9007199254740992]}").data().remaining())
        .isEqualTo(8);
  }

  @Test
  void keepsInt64Exact() throws IOException {
    Sample sample =
        only("{\"dtype\":\"int64\",\"inputs\":[9007199254740993,-9223372036854775808]}");
    ByteBuffer data = sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(data.getLong(0)).isEqualTo(9_007_199_254_740_993L);
    assertThat(data.getLong(8)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void keepsLabelsRaw() throws IOException {
    assertThat(only("{\"inputs\":[1],\"label\":[0.5,2]}").label())
        .isEqualTo(new SampleLabel.Targets(List.of(0.5f, 2f)));
    assertThat(only("{\"inputs\":[1],\"label\":0.25}").label())
        .isEqualTo(new SampleLabel.Raw(0.25));
    assertThat(only("{\"inputs\":[1],\"label\":\"cat\"}").label())
        .isEqualTo(new SampleLabel.Raw("cat"));
    assertThat(only("{\"inputs\":[1],\"label\":null}").label()).isNull();
  }

  @Test
  void wholeNumbersAmongFractionsAreTargets() throws IOException {
    JsonLinesSource source =
        open("{\"inputs\":[1],\"label\":8}\n{\"inputs\":[2],\"label\":0.75}\n");
    assertThat(SampleReaders.prepared(source))
        .extracting(Sample::label)
        .containsExactly(
            new SampleLabel.Targets(List.of(8f)), new SampleLabel.Targets(List.of(0.75f)));
    Contract classes =
        new StreamedLines(InputStream.nullInputStream(), "pipe", 1, DeriveOptions.DEFAULT)
            .derive(List.of(JsonSample.parse("{\"inputs\":[1],\"label\":8}", 0, "pipe line 1")));
    assertThatThrownBy(() -> source.check(classes))
        .hasMessageContaining("line 2, `label`: `0.75` is not a class number from 0");
  }

  @Test
  void readsNamedFeaturesIdAndWeight() throws IOException {
    JsonLinesSource source =
        open(
            "\uFEFF{\"features\":{\"length\":5.5,\"color\":\"red\",\"ripe\":true},"
                + "\"label\":\"setosa\",\"id\":\"a17\",\"weight\":2}\n"
                + "{\"label\":\"virginica\",\"features\":"
                + "{\"ripe\":false,\"color\":\"blue\",\"length\":1}}\n");
    Sample first = source.at(0);
    assertThat(first.origin().id()).isEqualTo("a17");
    assertThat(first.origin().weight()).isEqualTo(2.0);
    List<Sample> prepared = SampleReaders.prepared(source);
    assertThat(floats(prepared.get(0))).containsExactly(5.5f, 0f, 1f, 1f);
    assertThat(floats(prepared.get(1))).as("by name, in any order").containsExactly(1f, 1f, 0f, 0f);
    assertThat(prepared).extracting(SampleReaders::classOf).containsExactly(0, 1);
  }

  @Test
  void rejectsMissingFeatureAndOtherShapesByLine() throws IOException {
    JsonLinesSource named =
        open(
            "{\"features\":{\"a\":1,\"b\":2},\"label\":0}\n{\"features\":{\"a\":1},\"label\":1}\n");
    assertThatThrownBy(() -> named.derive(List.of()))
        .hasMessage(dir.resolve("s.jsonl") + " line 2, `b`: has no value");
    JsonLinesSource ragged =
        open("{\"inputs\":[5,6,7,8],\"label\":0}\n{\"inputs\":[9],\"label\":1}\n");
    assertThatThrownBy(() -> ragged.derive(List.of()))
        .hasMessageContaining("line 2: FLOAT32 [1], but contract version 1")
        .hasMessageEndingWith("has FLOAT32 [4]");
    JsonLinesSource unlabeled = open("{\"inputs\":[1],\"label\":0}\n{\"inputs\":[1]}\n");
    assertThatThrownBy(() -> unlabeled.derive(List.of())).hasMessageContaining("line 2: no label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"inputs\":[1|not JSON",
        "[1,2]|not a JSON object",
        "{}|the field `inputs` or `features` is missing",
        "{\"inputs\":3,\"lable\":1}|unknown field `lable`",
        "{\"inputs\":[[1,2],[3]]}|inputs: arrays have different lengths",
        "{\"inputs\":[1,[2]]}|inputs: an array contains both numbers and arrays",
        "{\"inputs\":[[1],2]}|inputs: an array contains both numbers and arrays",
        "{\"inputs\":[\"a\"]}|inputs: `a` is not a number",
        "{\"inputs\":[NaN]}|not JSON: `NaN` is not a number there",
        "{\"inputs\":[1e99]}|`1e99` is too large for a 32-bit float",
        "{\"inputs\":[]}|does not match",
        "{\"inputs\":[1,2],\"shape\":[3]}|shape [3] does not match the 2 inputs",
        "{\"inputs\":[1],\"shape\":[4294967296,4294967296]}|does not match the 1 inputs",
        "{\"inputs\":[1],\"shape\":[-1]}|does not match",
        "{\"inputs\":[256],\"dtype\":\"uint8\"}|inputs: 256.0 is not a UINT8",
        "{\"inputs\":[1.5],\"dtype\":\"int32\"}|inputs: 1.5 is not a INT32",
        "{\"inputs\":[1],\"dtype\":\"float64\"}|dtype is `float64`",
        "{\"inputs\":[1],\"label\":{}}|label is neither a single value nor an array of numbers",
        "{\"weight\":2,\"inputs\":[1],\"weight\":3}|two fields named `weight`",
        "{\"features\":{\"a\":1,\"a\":2}}|two fields named `a`",
        "{\"features\":{\"a\":[1]}}|feature `a` is not a single number, text, true, false or null",
        "{\"features\":{\"a\":1},\"inputs\":[1]}|either `inputs` or `features`, not both",
        "{\"features\":{}}|features is empty",
        "{\"inputs\":[1],\"id\":1.5}|id is neither a text nor a whole number",
        "{\"inputs\":[1],\"weight\":0}|weight is not a number from 1e-6 to 1e6",
        "{\"inputs\":[1],\"weight\":1e-38}|weight is not a number from 1e-6 to 1e6",
        "{\"inputs\":[1],\"weight\":3e38}|weight is not a number from 1e-6 to 1e6",
        "{|not JSON: the line ends within a value; each line must hold one whole object",
        "{\"inputs\":[1]} {}|unexpected text after the JSON object",
      })
  void namesTheLineAndTheError(String line, String message) throws IOException {
    Path file = dir.resolve("s.jsonl");
    Files.writeString(file, "{\"inputs\":[1]}\n\n" + line + "\n");
    assertThatThrownBy(() -> JsonLinesSource.open(file, DeriveOptions.DEFAULT))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(file + " line 3: ");
  }

  @Test
  void rejectsUndecodableBytes() throws IOException {
    Path file = dir.resolve("places.jsonl");
    String text =
        """
        {"features":{"place":"Bonn","level":46},"label":0}
        {"features":{"place":"K\u00F6ln","level":35},"label":1}
        """;
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> JsonLinesSource.open(file, DeriveOptions.DEFAULT))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessage(file + " line 2: not UTF-8");
  }

  @Test
  void readsCompressedFiles() throws IOException {
    String text = "{\"inputs\":[1],\"label\":0}\n{\"inputs\":[2],\"label\":1}\n";
    List<Sample> plain = SampleReaders.all(open(text));
    Path zstd = Files.write(dir.resolve("t.jsonl.zst"), CompressedFiles.zstd(text));
    Path gzip = Files.write(dir.resolve("t.jsonl.gz"), CompressedFiles.gzip(text));
    for (Path file : List.of(zstd, gzip)) {
      try (JsonLinesSource source = JsonLinesSource.open(file, DeriveOptions.DEFAULT)) {
        assertThat(SampleReaders.all(source))
            .extracting(Sample::data)
            .isEqualTo(plain.stream().map(Sample::data).toList());
      }
    }
  }

  @Test
  void resumesFromAnyLine() throws IOException {
    Path file = dir.resolve("many.jsonl");
    Files.writeString(
        file,
        IntStream.range(0, 40)
            .mapToObj(i -> "{\"inputs\":[" + i + "],\"label\":" + i + "}")
            .collect(Collectors.joining("\n")));
    JsonLinesSource source = JsonLinesSource.open(file, DeriveOptions.DEFAULT);
    List<Sample> all = SampleReaders.all(source);
    assertThat(all)
        .extracting(SampleReaders::classOf)
        .hasSize(40)
        .startsWith(0, 1)
        .endsWith(38, 39);
    assertThat(SampleReaders.from(source, 33, Long.MAX_VALUE)).isEqualTo(all.subList(33, 40));
    assertThat(source.at(17)).isEqualTo(all.get(17));
  }

  private Sample only(String line) throws IOException {
    return open(line + "\n").at(0);
  }

  private JsonLinesSource open(String text) throws IOException {
    Path file = dir.resolve("s.jsonl");
    Files.writeString(file, text);
    return JsonLinesSource.open(file, DeriveOptions.DEFAULT);
  }

  private static float[] floats(Sample sample) {
    FloatBuffer floats = sample.data().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }
}
