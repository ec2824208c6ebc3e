package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.producer.source.IndexedSource;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.digits.DigitsSource;
import dev.tidemill.producer.source.text.SentencesSource;
import dev.tidemill.producer.source.waves.WavesSource;
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
   * The samples of a fixed seed: digits for images, sentences for tokens, waves for sequences of
   * one value.
   *
   * @throws BenchmarkException if there are none of the shape that the network takes
   */
  static Samples drawn(Network network) {
    IndexedSource source = source(network);
    Samples samples = empty(network);
    for (int place = 0; place < COUNT; place++) {
      Sample sample = source.at(place);
      samples.inputs.put(sample.data().duplicate());
      if (sample.label() instanceof SampleLabel.ClassNumber label) {
        samples.labels.putInt(label.number());
      } else if (sample.label() instanceof SampleLabel.NextBytes labels) {
        samples.labels.put(labels.numbers().duplicate());
      }
    }
    samples.inputs.flip();
    samples.labels.flip();
    return samples;
  }

  private static IndexedSource source(Network network) {
    List<Integer> shape = network.spec().input().shape();
    IndexedSource source;
    if (network.takesTokens()) {
      source = new SentencesSource(SEED, shape.get(0), false);
    } else if (shape.size() == 2) {
      source = new WavesSource(SEED, shape.get(0), false);
    } else {
      source = new DigitsSource(SEED, Long.MAX_VALUE, false);
    }
    if (!source.at(0).shape().equals(shape.stream().map(Integer::longValue).toList())) {
      throw new BenchmarkException(
          "no samples can be made up for spec " + network.spec().name() + ": it takes " + shape);
    }
    return source;
  }

  /** Room for all of them. */
  private static Samples empty(Network network) {
    boolean sequence = network.spec().input().shape().size() == 2;
    ElementType inputType = sequence ? ElementType.FLOAT32 : ElementType.UINT8;
    ElementType labelType = network.labelsEveryPosition() ? ElementType.UINT8 : ElementType.INT32;
    return new Samples(
        inputType,
        buffer(inputType, network.inputLength()),
        labelType,
        buffer(labelType, network.labelsPerSample()));
  }

  private static ByteBuffer buffer(ElementType type, int perSample) {
    return ByteBuffer.allocate(Math.multiplyExact(COUNT, perSample * type.bytes()))
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

  /** Those of a network that were written into a folder. */
  static Samples read(Network network, Path folder) throws IOException {
    Samples samples = empty(network);
    samples.inputs.put(Files.readAllBytes(folder.resolve(INPUTS))).flip();
    samples.labels.put(Files.readAllBytes(folder.resolve(LABELS))).flip();
    return samples;
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
