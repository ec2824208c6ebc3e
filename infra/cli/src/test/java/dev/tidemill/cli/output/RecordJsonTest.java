package dev.tidemill.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.schemas.CheckpointChunk;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.Tensor;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordJsonTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void showsTensorsByShapeAndFirstValues() {
    assertThat(
            json(
                request(
                    Tensors.uint8(
                        new long[] {3, 4}, new byte[] {1, 2, 3, -1, 5, 6, 7, 8, 9, 0, 0, 0}),
                    null)))
        .isEqualTo(
            "{\"request_id\":\"r\",\"inputs\":{\"dtype\":\"UINT8\",\"shape\":[3,4],"
                + "\"first_values\":[1,2,3,255,5,6,7,8]},\"values\":null,"
                + "\"created_at\":\"2026-01-31T12:00:00Z\"}");
    assertThat(json(request(Tensors.int64(new long[] {1}, new long[] {(1L << 53) + 1}), null)))
        .contains("\"first_values\":[9007199254740993]");
    assertThat(json(request(Tensors.float32(new long[] {2}, new float[] {0.1f, Float.NaN}), null)))
        .contains("\"first_values\":[0.1,null]");
    assertThat(json(request(Tensors.uint8(new long[] {1}, new byte[] {2}, 0.5, 1), null)))
        .contains("\"first_values\":[2.0]");
  }

  @Test
  void showsWhatIsWrongWithATensor() {
    Tensor tensor = Tensors.uint8(new long[] {1}, new byte[] {2});
    tensor.setShape(java.util.List.of(7L));
    assertThat(json(request(tensor, null)))
        .contains("\"shape\":[7],\"error\":\"shape [7] of UINT8 needs 7 elements");
  }

  @Test
  void showsBytesByLengthAndUnionsWithoutTheirBranch() {
    assertThat(json(new CheckpointChunk(3L, 0, ByteBuffer.allocate(5))))
        .isEqualTo("{\"version\":3,\"index\":0,\"data\":{\"bytes\":5}}");
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("a", 1.5);
    assertThat(json(request(null, values))).contains("\"values\":{\"a\":1.5}");
  }

  @Test
  void keepsTextFromControllingATerminal() {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("a\u009b", "red\u001b[31m\nline\u007f");
    assertThat(json(request(null, values)))
        .contains("{\"a\uFFFD\":\"red\\u001B[31m\\nline\uFFFD\"}");
  }

  @Test
  void showsKeyAndHeadersAsTextOrHex() {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("t", 2, 17, "k".getBytes(StandardCharsets.UTF_8), new byte[0]);
    record.headers().add("h", new byte[] {(byte) 0xff, 1}).add("none", null);
    assertThat(RecordJson.row(record).toJson())
        .startsWith("{\"partition\":2,\"offset\":17,\"timestamp\":\"")
        .endsWith(
            "\"key\":\"k\",\"headers\":[{\"key\":\"h\",\"value\":\"0xff01\"},"
                + "{\"key\":\"none\",\"value\":null}]}");
  }

  private static PredictionRequest request(
      @Nullable Tensor inputs, @Nullable Map<String, @Nullable Object> values) {
    return PredictionRequest.newBuilder()
        .setRequestId("r")
        .setInputs(inputs)
        .setValues(values)
        .setCreatedAt(NOW)
        .build();
  }

  @SuppressWarnings("unchecked") // A record is a map.
  private static String json(SpecificRecord record) {
    ResultRow row = new ResultRow();
    ((Map<String, Object>) java.util.Objects.requireNonNull(RecordJson.value(record)))
        .forEach(row::with);
    return row.toJson();
  }
}
