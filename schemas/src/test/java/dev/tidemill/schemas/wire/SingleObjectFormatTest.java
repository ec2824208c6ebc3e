package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.Prediction;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SingleObjectFormatTest {
  private final SingleObjectFormat format = new SingleObjectFormat();

  static Stream<SpecificRecord> records() {
    return Samples.all().stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void decodesWhatItEncoded(SpecificRecord record) {
    byte[] bytes = format.encode("t", record);
    assertThat((Object) format.decode("t", bytes, record.getClass())).isEqualTo(record);
  }

  @Test
  void writesTheSameBytesAsAvro() throws IOException {
    TrainingBatch batch = Samples.batch(3);
    ByteBuffer expected = TrainingBatch.getEncoder().encode(batch);
    byte[] bytes = format.encode("t", batch);
    assertThat(ByteBuffer.wrap(bytes)).isEqualTo(expected);
    assertThat(TrainingBatch.fromByteBuffer(ByteBuffer.wrap(bytes))).isEqualTo(batch);
  }

  @Test
  void readsTypesThatAreNotTopicValues() {
    Tensor tensor = Tensors.float32(new long[] {2}, new float[] {1, 2});
    byte[] bytes = format.encode("t", tensor);
    assertThat(new SingleObjectFormat().decode("t", bytes, Tensor.class)).isEqualTo(tensor);
  }

  @Test
  void byteFieldsAreReadOnlyViews() {
    byte[] bytes = format.encode("t", Samples.batch(1));
    ByteBuffer data = format.decode("t", bytes, TrainingBatch.class).getInputs().getData();
    byte first = data.get(0);
    int at =
        IntStream.range(0, bytes.length - 784)
            .filter(i -> isAt(bytes, i, data))
            .findFirst()
            .getAsInt();
    bytes[at] = (byte) ~first;
    assertThat(data.get(0)).isEqualTo((byte) ~first);
    assertThatThrownBy(() -> data.put(0, first)).isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void reencodesDecodedRecord() {
    TrainingBatch batch = Samples.batch(1);
    batch.setMetadata(Map.of("style", "gr\u00fcn"));
    byte[] bytes = format.encode("t", batch);
    TrainingBatch decoded = format.decode("t", bytes, TrainingBatch.class);
    assertThat(format.encode("t", decoded)).isEqualTo(bytes);
  }

  @Test
  void manyThreadsShareOneFormat() {
    List<SpecificRecord> records = Samples.all();
    boolean same =
        IntStream.range(0, 2000)
            .parallel()
            .mapToObj(i -> records.get(i % records.size()))
            .allMatch(r -> format.decode("t", format.encode("t", r), r.getClass()).equals(r));
    assertThat(same).isTrue();
  }

  @Test
  void namesTheActualRecordType() {
    byte[] bytes = format.encode("t", Samples.batch(1));
    refused(bytes, Label.class, "is a TrainingBatch; expected a Label");
  }

  @Test
  void namesUnknownFingerprint() {
    byte[] bytes = format.encode("t", Samples.batch(1));
    Arrays.fill(bytes, 2, 10, (byte) 0xAB);
    refused(bytes, TrainingBatch.class, "fingerprint abababababababab");
  }

  @Test
  void rejectsTrailingBytes() {
    byte[] bytes = format.encode("t", Samples.batch(1));
    refused(
        Arrays.copyOf(bytes, bytes.length + 3),
        TrainingBatch.class,
        "3 bytes are left after its end");
  }

  @Test
  void showsBytesWithoutValidFrame() {
    refused(new byte[0], Label.class, "has 0 bytes; a frame's header alone takes 10");
    refused(new byte[] {(byte) 0xC3, 1, 5}, Label.class, "has 3 bytes");
    refused(
        "{\"text\":\"JSON\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        Label.class,
        "begins with 7b 22 74");
    refused(new byte[] {0, 0, 0, 0, 9, 1}, Label.class, "set schema.registry.url");
  }

  @Test
  void rejectsInvalidUtf8() {
    Prediction prediction = (Prediction) Samples.all().get(2);
    prediction.setWorker("\u00e9\uFFFD");
    byte[] bytes = format.encode("t", prediction);
    assertThat(format.decode("t", bytes, Prediction.class)).isEqualTo(prediction);
    int accent = bytes.length - 6;
    assertThat(bytes[accent]).isEqualTo((byte) 0xC3);
    bytes[accent] = (byte) 0xFF;
    refused(bytes, Prediction.class, "not a Prediction: a string is not UTF-8");
  }

  private void refused(byte[] bytes, Class<? extends SpecificRecord> type, String why) {
    assertThatThrownBy(() -> format.decode("t", bytes, type))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining(why);
  }

  private static boolean isAt(byte[] bytes, int at, ByteBuffer data) {
    return ByteBuffer.wrap(bytes, at, data.remaining()).equals(data);
  }
}
