package dev.tidemill.producer.source.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReaders;
import dev.tidemill.producer.source.UnusableSourceException;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.nio.ByteOrder;
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
  void readsArraysAndFractionsAsTargets() throws IOException {
    assertThat(only("{\"inputs\":[1],\"label\":[0.5,2]}").label())
        .isEqualTo(new SampleLabel.Targets(List.of(0.5f, 2f)));
    assertThat(only("{\"inputs\":[1],\"label\":0.25}").label())
        .isEqualTo(new SampleLabel.Targets(List.of(0.25f)));
    assertThat(only("{\"inputs\":[1],\"label\":null}").label()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"inputs\":[1|not JSON",
        "[1,2]|not a JSON object",
        "{}|the field `inputs` is missing",
        "{\"inputs\":3,\"lable\":1}|unknown field `lable`",
        "{\"inputs\":[[1,2],[3]]}|inputs: arrays have different lengths",
        "{\"inputs\":[1,[2]]}|inputs: an array contains both numbers and arrays",
        "{\"inputs\":[[1],2]}|inputs: an array contains both numbers and arrays",
        "{\"inputs\":[\"a\"]}|inputs: `a` is not a number",
        "{\"inputs\":[NaN]}|not JSON",
        "{\"inputs\":[1e99]}|1e99 is too large for a 32-bit float",
        "{\"inputs\":[]}|does not match",
        "{\"inputs\":[1,2],\"shape\":[3]}|shape [3] does not match the 2 inputs",
        "{\"inputs\":[1],\"shape\":[4294967296,4294967296]}|does not match the 1 inputs",
        "{\"inputs\":[1],\"shape\":[-1]}|does not match",
        "{\"inputs\":[256],\"dtype\":\"uint8\"}|inputs: 256.0 is not a UINT8",
        "{\"inputs\":[1.5],\"dtype\":\"int32\"}|inputs: 1.5 is not a INT32",
        "{\"inputs\":[1],\"dtype\":\"float64\"}|dtype is `float64`",
        "{\"inputs\":[1],\"label\":-1}|label -1 is not a class number",
        "{\"inputs\":[1],\"label\":\"cat\"}|label is neither",
        "{\"inputs\":[1]} {}|unexpected text after the JSON object",
      })
  void namesTheLineAndTheError(String line, String message) throws IOException {
    Path file = dir.resolve("s.jsonl");
    Files.writeString(file, "{\"inputs\":[1]}\n\n" + line + "\n");
    assertThatThrownBy(() -> JsonLinesSource.open(file))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(file + " line 3: ");
  }

  @Test
  void resumesFromAnyLine() throws IOException {
    Path file = dir.resolve("many.jsonl");
    Files.writeString(
        file,
        IntStream.range(0, 40)
            .mapToObj(i -> "{\"inputs\":[" + i + "],\"label\":" + i + "}")
            .collect(Collectors.joining("\n")));
    JsonLinesSource source = JsonLinesSource.open(file);
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
    Path file = dir.resolve("only.jsonl");
    Files.writeString(file, line + "\n");
    return JsonLinesSource.open(file).at(0);
  }
}
