package dev.tidemill.benchmarks.serving;

import dev.tidemill.producer.source.digits.DigitsSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/** Digits of 28 x 28 bytes, the same each time. */
final class Images {
  static final int SIDE = 28;
  private static final int COUNT = 256;

  private Images() {}

  static List<byte[]> bytes() {
    DigitsSource digits = new DigitsSource(1, Long.MAX_VALUE, true);
    return LongStream.range(0, COUNT).mapToObj(n -> bytes(digits.at(n).data())).toList();
  }

  private static byte[] bytes(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return bytes;
  }
}
