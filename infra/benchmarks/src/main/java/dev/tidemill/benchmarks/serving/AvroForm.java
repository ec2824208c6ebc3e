package dev.tidemill.benchmarks.serving;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.tensor.Tensors;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * Requests of the protocol, encoded beforehand: only the id's digits are written each time, so that
 * the generator leaves the processors to those whom it measures.
 */
final class AvroForm implements RequestForm {
  private static final String ID = "000000000000";

  private final List<byte[]> records;
  private final int at;

  private AvroForm(List<byte[]> records, int at) {
    this.records = records;
    this.at = at;
  }

  static AvroForm of(List<byte[]> images) {
    SingleObjectFormat format = new SingleObjectFormat();
    Instant now = Instant.now();
    List<byte[]> records =
        images.stream()
            .map(image -> Tensors.uint8(new long[] {1, Images.SIDE, Images.SIDE}, image))
            .map(inputs -> format.encode("requests", new PredictionRequest(ID, inputs, now)))
            .toList();
    return new AvroForm(records, place(records.get(0)));
  }

  /** The id is the first field, so the first such text is it. */
  private static int place(byte[] record) {
    int at = new String(record, StandardCharsets.ISO_8859_1).indexOf(ID);
    if (at < 0) {
      throw new IllegalStateException("an encoded request without its id");
    }
    return at;
  }

  @Override
  public byte[] value(long number) {
    byte[] record = records.get((int) (number % records.size()));
    long rest = number;
    for (int digit = ID.length() - 1; digit >= 0; digit--) {
      record[at + digit] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return record;
  }
}
