package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;

/** A stretch of a text as a sample: each byte is a token, and its label is the byte after it. */
final class TextWindow {
  private TextWindow() {}

  /**
   * @param bytes one more than the window has places
   */
  static Sample of(long place, byte[] bytes) {
    int length = bytes.length - 1;
    ByteBuffer all = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    return new Sample(
        place,
        DType.UINT8,
        List.of((long) length),
        all.slice(0, length),
        new SampleLabel.NextBytes(all.slice(1, length)));
  }
}
