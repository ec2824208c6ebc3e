package dev.tidemill.chaos.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;

/**
 * Encodes requests with Avro's own single-object encoder and the published schema. One thread.
 *
 * <p>Source: Avro specification, "Single object encoding".
 */
final class RequestEncoder {
  private static final String SCHEMA = "/published/PredictionRequest/v1.avsc";
  private static final int SIDE = 28;

  private final Schema schema;
  private final Schema tensor;
  private final BinaryMessageEncoder<GenericRecord> encoder;

  RequestEncoder() {
    try (InputStream in = RequestEncoder.class.getResourceAsStream(SCHEMA)) {
      if (in == null) {
        throw new IllegalStateException(SCHEMA + " is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      schema = new SchemaParser().parse(text).mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SCHEMA, e);
    }
    tensor = schema.getField("inputs").schema().getTypes().get(1);
    encoder = new BinaryMessageEncoder<>(GenericData.get(), schema);
  }

  /**
   * Returns the value of a request for random pixels.
   *
   * @param seed of the pixels
   * @param createdAt milliseconds since 1970
   */
  byte[] encode(String id, long seed, long createdAt) {
    byte[] pixels = new byte[SIDE * SIDE];
    new Random(seed).nextBytes(pixels);
    Schema type = tensor.getField("dtype").schema();
    GenericRecord inputs =
        new GenericRecordBuilder(tensor)
            .set("dtype", new GenericData.EnumSymbol(type, "UINT8"))
            .set("shape", List.of(1L, (long) SIDE, (long) SIDE))
            .set("data", ByteBuffer.wrap(pixels))
            .build();
    GenericRecord request =
        new GenericRecordBuilder(schema)
            .set("request_id", id)
            .set("inputs", inputs)
            .set("values", null)
            .set("created_at", createdAt)
            .build();
    try {
      ByteBuffer encoded = encoder.encode(request);
      byte[] value = new byte[encoded.remaining()];
      encoded.get(value);
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode request " + id, e);
    }
  }
}
