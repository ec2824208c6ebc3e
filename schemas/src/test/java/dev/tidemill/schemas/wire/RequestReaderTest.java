package dev.tidemill.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;

/** Compares with Avro's reader. */
final class RequestReaderTest {
  private static final Schema SCHEMA = PredictionRequest.getClassSchema();
  private static final DType[] TYPES = DType.values();

  private final Random random = new Random(3);
  private final RecordWriter writer = new RecordWriter();
  private final RecordReader reader = new RecordReader();
  private final SpecificDatumReader<PredictionRequest> avros =
      new SpecificDatumReader<>(SCHEMA, SCHEMA, SpecificData.getForClass(PredictionRequest.class));

  @Test
  void readsRequestsAsAvroDoes() {
    for (int i = 0; i < 500; i++) {
      PredictionRequest request = request();
      assertThat(read(writer.write(new byte[0], request))).contains(request);
    }
  }

  @Test
  void rejectsDamagedBytesAsAvroDoes() throws IOException {
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = writer.write(new byte[0], request());
      for (int damage = 0; damage <= random.nextInt(3); damage++) {
        // Most lengths and field boundaries are in the first bytes.
        bytes[random.nextInt(Math.min(bytes.length, 40))] = (byte) random.nextInt();
      }
      Optional<PredictionRequest> read = read(bytes);
      assertThat(read).isEqualTo(readByAvro(bytes));
      refused += read.isEmpty() ? 1 : 0;
    }
    assertThat(refused).isBetween(500, 4500);
  }

  @Test
  void rejectsDamagedValuesAsAvroDoes() throws IOException {
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      PredictionRequest request = request();
      request.setInputs(null);
      request.setValues(values());
      byte[] bytes = writer.write(new byte[0], request);
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Optional<PredictionRequest> read = read(bytes);
      assertThat(read).isEqualTo(readByAvro(bytes));
      refused += read.isEmpty() ? 1 : 0;
    }
    assertThat(refused).isBetween(500, 4500);
  }

  @Test
  void readsOnlyTheCurrentSchema() {
    assertThat(RequestReader.reads(SCHEMA)).isTrue();
    assertThat(RequestReader.reads(Tensor.getClassSchema())).isFalse();
  }

  private Optional<PredictionRequest> read(byte[] bytes) {
    try {
      return Optional.of(reader.read(SCHEMA, ByteBuffer.wrap(bytes), 0, PredictionRequest.class));
    } catch (MalformedBytesException e) {
      return Optional.empty();
    }
  }

  private Optional<PredictionRequest> readByAvro(byte[] bytes) throws IOException {
    BoundedDecoder decoder = new BoundedDecoder(ByteBuffer.wrap(bytes));
    try {
      PredictionRequest request = avros.read(null, decoder);
      return decoder.remainingBytes() > 0 ? Optional.empty() : Optional.of(request);
    } catch (RuntimeException | EOFException e) {
      return Optional.empty();
    }
  }

  private PredictionRequest request() {
    byte[] data = new byte[random.nextInt(50)];
    random.nextBytes(data);
    return PredictionRequest.newBuilder()
        .setRequestId(
            random
                .ints(random.nextInt(10), 0, 0x3000)
                .mapToObj(Character::toString)
                .collect(Collectors.joining()))
        .setValues(random.nextBoolean() ? values() : null)
        .setInputs(
            Tensor.newBuilder()
                .setDtype(TYPES[random.nextInt(TYPES.length)])
                .setShape(random.longs(random.nextInt(5)).boxed().toList())
                .setData(ByteBuffer.wrap(data))
                .setScale(random.nextDouble())
                .setOffset(random.nextGaussian())
                .build())
        .setCreatedAt(Instant.ofEpochMilli(random.nextLong() >> 4))
        .build();
  }

  private Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>();
    values.put("none", null);
    for (int i = random.nextInt(6); i > 0; i--) {
      values.put("number " + i, random.nextGaussian());
      values.put("text " + i, "gr\u00fcn");
      values.put("flag " + i, random.nextBoolean());
    }
    return values;
  }
}
