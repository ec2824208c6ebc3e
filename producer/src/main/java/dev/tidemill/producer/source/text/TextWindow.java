package dev.tidemill.producer.source.text;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;

/** Makes a sample from consecutive bytes: each byte is a token, labeled with the next byte. */
final class TextWindow {
  private TextWindow() {}

  /**
   * @param bytes one byte more than the window's length
   */
  static Sample of(long index, byte[] bytes) {
    int length = bytes.length - 1;
    ByteBuffer all = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    return new Sample(
        index,
        DType.UINT8,
        List.of((long) length),
        all.slice(0, length),
        new SampleLabel.NextBytes(all.slice(1, length)));
  }
}
