package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.producer.source.IndexedSource;
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
import java.util.List;

/**
 * Made-up samples of what a network takes, the same bytes for all participants: {@link #COUNT}
 * different ones, since a kernel that branches is fast on one that is repeated.
 *
 * @param inputs one sample after the other, little-endian
 * @param labels in the same order
 */
record Samples(ElementType inputType, ByteBuffer inputs, ElementType labelType, ByteBuffer labels) {
  static final int COUNT = 4096;

  private static final long SEED = 1;
  private static final String INPUTS = "inputs.bin";
  private static final String LABELS = "labels.bin";

  /**
   * The samples of a fixed seed: digits.
   *
   * @throws BenchmarkException if there are none of the shape that the network takes
   */
  static Samples drawn(Network network) {
    IndexedSource source = source(network);
    Samples samples =
        new Samples(
            ElementType.UINT8,
            buffer(source.at(0).data().remaining()),
            ElementType.INT32,
            buffer(ElementType.INT32.bytes()));
    for (int place = 0; place < COUNT; place++) {
      Sample sample = source.at(place);
      samples.inputs.put(sample.data().duplicate());
      if (sample.truth() instanceof Truth.ClassNumber label) {
        samples.labels.putInt(label.number());
      }
    }
    samples.inputs.flip();
    samples.labels.flip();
    return samples;
  }

  private static IndexedSource source(Network network) {
    List<Integer> shape = network.spec().input().shape();
    IndexedSource digits = new DigitsSource(SEED, Long.MAX_VALUE, false);
    if (!digits.at(0).shape().equals(shape.stream().map(Integer::longValue).toList())) {
      throw new BenchmarkException(
          "no samples can be made up for spec " + network.spec().name() + ": it takes " + shape);
    }
    return digits;
  }

  private static ByteBuffer buffer(int bytesPerSample) {
    return ByteBuffer.allocate(Math.multiplyExact(COUNT, bytesPerSample))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes them into a folder, for {@link #read} and for Python. */
  void write(Path folder) throws IOException {
    write(inputs.duplicate(), folder.resolve(INPUTS));
    write(labels.duplicate(), folder.resolve(LABELS));
  }

  private static void write(ByteBuffer bytes, Path file) throws IOException {
    try (ByteChannel channel =
        Files.newByteChannel(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        int unused = channel.write(bytes);
      }
    }
  }

  /** Those that were written into a folder. */
  static Samples read(Path folder) throws IOException {
    return new Samples(
        ElementType.UINT8,
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(INPUTS))).order(ByteOrder.LITTLE_ENDIAN),
        ElementType.INT32,
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(LABELS))).order(ByteOrder.LITTLE_ENDIAN));
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
    batch.add(inputType, inputs, 1, 0, labelType, labels, first, size);
  }
}
