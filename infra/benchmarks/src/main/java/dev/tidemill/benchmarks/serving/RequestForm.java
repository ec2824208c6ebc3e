package dev.tidemill.benchmarks.serving;

import dev.tidemill.producer.source.digits.DigitsSource;
import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** What a request looks like to the answering side. One thread. */
interface RequestForm {
  int SIDE = 28;

  /** Room for a request's number in an encoded record. */
  String ID = "000000000000";

  /**
   * The value of a request.
   *
   * @return valid until the next call
   */
  byte[] value(long number);

  /** The form of a name: {@code avro} is Tidemill's, {@code raw} the bytes of an image alone. */
  static RequestForm named(String name) {
    List<byte[]> images = images();
    return switch (name) {
      case "avro" -> avro(images);
      case "raw" -> number -> images.get((int) (number % images.size()));
      default -> throw new IllegalArgumentException("no form of requests named " + name);
    };
  }

  /** Digits of 28 x 28 bytes, the same each time. */
  static List<byte[]> images() {
    DigitsSource digits = new DigitsSource(1, Long.MAX_VALUE, true);
    return LongStream.range(0, 256)
        .mapToObj(
            n -> {
              ByteBuffer data = digits.at(n).data();
              byte[] bytes = new byte[data.remaining()];
              data.duplicate().get(bytes);
              return bytes;
            })
        .toList();
  }

  /**
   * Encodes requests beforehand and writes only the id's digits for each, so that the generator
   * leaves the CPU to those whom it measures.
   */
  private static RequestForm avro(List<byte[]> images) {
    SingleObjectFormat format = new SingleObjectFormat();
    Instant now = Instant.now();
    List<byte[]> records =
        images.stream()
            .map(image -> Tensors.uint8(new long[] {1, SIDE, SIDE}, image))
            .map(inputs -> format.encode("requests", new PredictionRequest(ID, inputs, null, now)))
            .toList();
    // The id is the first field, so its first occurrence is the field.
    int at = new String(records.get(0), StandardCharsets.ISO_8859_1).indexOf(ID);
    return number -> {
      byte[] record = records.get((int) (number % records.size()));
      long rest = number;
      for (int digit = ID.length() - 1; digit >= 0; digit--) {
        record[at + digit] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      return record;
    };
  }

  /** A request's number as its record's key. Answers carry the key, so nothing is decoded. */
  static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * The number of an answer's request.
   *
   * @throws IllegalArgumentException if the generator did not write the key
   */
  static long number(byte[] key) {
    if (key == null || key.length != Long.BYTES) {
      throw new IllegalArgumentException(
          "an answer's key has " + (key == null ? 0 : key.length) + " bytes instead of 8");
    }
    return ByteBuffer.wrap(key).getLong();
  }
}
