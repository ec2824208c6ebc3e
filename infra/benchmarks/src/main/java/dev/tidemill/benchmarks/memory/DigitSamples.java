package dev.tidemill.benchmarks.memory;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.Truth;
import dev.tidemill.producer.source.digits.DigitsSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Drawn digits in two files, the same bytes for all participants: real images, since a kernel that
 * branches is fast on one that is repeated.
 *
 * @param images {@link #COUNT} × 28 × 28 bytes
 * @param labels {@link #COUNT} INT32
 */
record DigitSamples(ByteBuffer images, ByteBuffer labels) {
  static final int COUNT = 4096;
  static final int PIXELS = 28 * 28;

  /** The digits of a fixed seed. */
  static DigitSamples drawn() {
    ByteBuffer images = ByteBuffer.allocate(COUNT * PIXELS);
    ByteBuffer labels = ByteBuffer.allocate(COUNT * 4).order(ByteOrder.LITTLE_ENDIAN);
    DigitsSource source = new DigitsSource(1, Long.MAX_VALUE, false);
    for (int place = 0; place < COUNT; place++) {
      Sample sample = source.at(place);
      images.put(sample.data().duplicate());
      if (sample.truth() instanceof Truth.ClassNumber label) {
        labels.putInt(label.number());
      }
    }
    return new DigitSamples(images.flip(), labels.flip());
  }

  /** Writes them into a folder, for {@link #read} and for Python. */
  void write(Path folder) throws IOException {
    write(images.duplicate(), folder.resolve("images.u8"));
    write(labels.duplicate(), folder.resolve("labels.i32"));
  }

  private static void write(ByteBuffer bytes, Path file) throws IOException {
    try (ByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
    }
  }

  static DigitSamples read(Path folder) throws IOException {
    return new DigitSamples(
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("images.u8"))),
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("labels.i32")))
            .order(ByteOrder.LITTLE_ENDIAN));
  }

  /** How many different batches of a size there are. */
  static int batches(int size) {
    if (size < 1 || size > COUNT) {
      throw new IllegalArgumentException("a batch size of 1 to " + COUNT + ", not " + size);
    }
    return COUNT / size;
  }

  /** Fills a batch as the trainer does: with slices of the record's bytes. */
  void fill(TensorBatch batch, long step, int size) {
    int first = (int) (step % batches(size)) * size;
    batch.clear();
    batch.add(ElementType.UINT8, images, 1, 0, ElementType.INT32, labels, first, size);
  }
}
