package dev.tidemill.benchmarks.training;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.digits.DigitsSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Drawn digits, the same in each process.
 *
 * @param images of 28 x 28 bytes, one after the other
 * @param labels INT32, little-endian
 */
record DigitData(ByteBuffer images, ByteBuffer labels) {
  static final int SIDE = 28;
  static final int PIXELS = SIDE * SIDE;

  static DigitData draw(int samples) {
    DigitsSource digits = new DigitsSource(1, Long.MAX_VALUE, false);
    ByteBuffer images = ByteBuffer.allocate(samples * PIXELS);
    ByteBuffer labels = ByteBuffer.allocate(samples * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int place = 0; place < samples; place++) {
      Sample sample = digits.at(place);
      images.put(sample.data().duplicate());
      labels.putInt(sample.label() instanceof SampleLabel.ClassNumber label ? label.number() : 0);
    }
    return new DigitData(images.flip(), labels.flip());
  }

  int samples() {
    return labels.limit() / Integer.BYTES;
  }

  ByteBuffer images(int from, int count) {
    return images.slice(from * PIXELS, count * PIXELS);
  }

  ByteBuffer labels(int from, int count) {
    return labels.slice(from * Integer.BYTES, count * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
