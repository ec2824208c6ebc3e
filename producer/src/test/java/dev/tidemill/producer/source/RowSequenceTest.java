package dev.tidemill.producer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.Contract;
import dev.tidemill.contract.ContractFile;
import dev.tidemill.contract.SamplePreparer;
import dev.tidemill.producer.source.download.DownloadCache;
import dev.tidemill.producer.source.parquet.ParquetFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row as a sequence [L, 1], from each format with named values. */
class RowSequenceTest {
  private static final SourceOptions SEQUENCE =
      SourceOptions.FOR_TRAINING.withDerive(
          SourceOptions.FOR_TRAINING.derive().withSequence(true).withStandardize(true));

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"csv", "jsonl", "parquet"})
  void rowsAreSequencesInTrainingAndInRequests(String format) throws IOException {
    SampleSource source = open(format + ":" + write(format), SEQUENCE);
    Contract contract = source.derive(List.of());
    assertThat(contract.shape()).containsExactly(3L, 1L);
    assertThat(contract.names()).containsExactly("t0", "t1", "t2");
    assertThat(contract.features()).allSatisfy(f -> assertThat(f.getShape()).isEmpty());
    List<Sample> samples = SampleReaders.prepared(source, contract);
    assertThat(samples)
        .hasSize(2)
        .allSatisfy(sample -> assertThat(sample.shape()).containsExactly(3L, 1L));
    assertThat(samples.get(0).data()).isEqualTo(floats(-1, 1, -1));

    SamplePreparer requests = new SamplePreparer(contract);
    ByteBuffer request = ByteBuffer.allocate(requests.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(requests.prepare(Map.of("t2", 0.5, "t1", "4", "t0", 1), request)).isTrue();
    assertThat(request.flip()).as("the same row as named values").isEqualTo(samples.get(0).data());
  }

  @Test
  void laterDataConformsToTheShapeOfTheContract() throws IOException {
    Contract sequence = open("csv:" + write("csv"), SEQUENCE).derive(List.of());
    SampleSource lines = open("jsonl:" + write("jsonl"), SourceOptions.FOR_TRAINING);
    assertThat(SampleReaders.prepared(lines, sequence).get(1).shape()).containsExactly(3L, 1L);
    Contract vector = lines.derive(List.of());
    assertThat(vector.shape()).containsExactly(3L);
    SampleSource contradicting = open("csv:" + write("csv"), SEQUENCE);
    assertThatThrownBy(() -> contradicting.check(ContractFile.parse(ContractFile.text(vector))))
        .hasMessageContaining("data.standardize=true contradicts");
    SampleSource other =
        open(
            "csv:" + write("csv"),
            SourceOptions.FOR_TRAINING.withDerive(
                SourceOptions.FOR_TRAINING.derive().withSequence(true)));
    assertThatThrownBy(() -> other.check(vector))
        .isInstanceOf(UnusableSourceException.class)
        .hasMessageContaining("data.sequence=true contradicts")
        .hasMessageContaining("which has samples of shape [3]");
  }

  @Test
  void refusesRowsThatAreNoSequence() throws IOException {
    Path csv = Files.writeString(dir.resolve("c.csv"), "t0,color,label\n1,red,0\n2,blue,1\n");
    assertThatThrownBy(() -> open("csv:" + csv, SEQUENCE).derive(List.of()))
        .hasMessageContaining(csv + ": column `color` is not one number in each row");
    Path lines = Files.writeString(dir.resolve("i.jsonl"), "{\"inputs\": [1, 2], \"label\": 0}\n");
    assertThatThrownBy(() -> open("jsonl:" + lines, SEQUENCE).derive(List.of()))
        .hasMessageContaining(lines + ": data.sequence applies to named features");
  }

  private Path write(String format) throws IOException {
    Path file = dir.resolve("t." + format);
    Files.deleteIfExists(file);
    return switch (format) {
      case "csv" -> Files.writeString(file, "t0,t1,t2,label\n1,4,0.5,up\n3,2,1.5,down\n");
      case "jsonl" ->
          Files.writeString(
              file,
              """
              {"features": {"t0": 1, "t1": 4, "t2": 0.5}, "label": "up"}
              {"features": {"t0": 3, "t1": 2, "t2": 1.5}, "label": "down"}
              """);
      default ->
          ParquetFiles.write(
              file,
              """
              message t {
                required int64 t0;
                required double t1;
                required float t2;
                required binary label (STRING);
              }
              """,
              CompressionCodecName.SNAPPY,
              1,
              List.of(
                  row ->
                      row.append("t0", 1L)
                          .append("t1", 4.0)
                          .append("t2", 0.5f)
                          .append("label", "up"),
                  row ->
                      row.append("t0", 3L)
                          .append("t1", 2.0)
                          .append("t2", 1.5f)
                          .append("label", "down")));
    };
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer floats =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      floats.putFloat(value);
    }
    return floats.flip();
  }

  private SampleSource open(String spec, SourceOptions options) {
    return new Sources(InputStream.nullInputStream(), new DownloadCache(dir), Map.of())
        .open(SourceSpec.parse(spec), options, ReadingOrder.AS_IS);
  }
}
