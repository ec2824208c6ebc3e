package dev.tidemill.benchmarks.engine;

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
import dev.tidemill.schemas.DType;
import dev.tidemill.schemas.TrainingBatch;
import dev.tidemill.schemas.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Generated samples of what a network takes, the same bytes for all participants. They differ,
 * since a kernel with branches is fast on one that is repeated.
 *
 * @param inputs one sample after the other, little-endian
 * @param labels in the same order
 */
public record Samples(
    ElementType inputType, ByteBuffer inputs, ElementType labelType, ByteBuffer labels) {
  /** The number of samples that participants share. */
  public static final int COUNT = 4096;

  private static final long SEED = 1;

  /**
   * Generates samples from a fixed seed: digits for images, sentences for tokens, waves for
   * sequences of one value.
   *
   * @throws BenchmarkException if none have the shape that the network takes
   */
  public static Samples draw(Network network, int count) {
    IndexedSource source = source(network);
    Samples samples = empty(network, count);
    for (int i = 0; i < count; i++) {
      Sample sample = source.at(i);
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
          "no samples can be generated for spec %s, whose input shape is %s"
              .formatted(network.spec().name(), shape));
    }
    return source;
  }

  private static Samples empty(Network network, int count) {
    boolean sequence = network.spec().input().shape().size() == 2;
    ElementType inputType = sequence ? ElementType.FLOAT32 : ElementType.UINT8;
    ElementType labelType = network.labelsEveryPosition() ? ElementType.UINT8 : ElementType.INT32;
    return new Samples(
        inputType,
        buffer(count, network.inputLength() * inputType.bytes()),
        labelType,
        buffer(count, network.labelsPerSample() * labelType.bytes()));
  }

  private static ByteBuffer buffer(int count, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of different batches of a size, of {@link #COUNT} samples. */
  static int batches(int size) {
    if (size < 1 || size > COUNT) {
      throw new IllegalArgumentException("a batch size is 1 to " + COUNT + ", not " + size);
    }
    return COUNT / size;
  }

  /** A record of some 28 × 28 images with their labels, as the producer sends it. */
  public TrainingBatch record(int first, int count) {
    return TrainingBatch.newBuilder()
        .setSource("bench")
        .setSequence(0)
        .setFirstSample(first)
        .setInputs(
            Tensors.of(DType.UINT8, new long[] {count, 1, 28, 28}, images(first, count), 1, 0))
        .setLabels(Tensors.of(DType.INT32, new long[] {count}, labels(first, count), 1, 0))
        .setCreatedAt(Instant.EPOCH)
        .setMetadata(Map.of())
        .build();
  }

  /** The bytes of some 28 × 28 images. */
  public ByteBuffer images(int first, int count) {
    return inputs.slice(first * 28 * 28, count * 28 * 28);
  }

  /** The bytes of some INT32 labels. */
  public ByteBuffer labels(int first, int count) {
    return labels.slice(first * Integer.BYTES, count * Integer.BYTES);
  }

  /** Fills a batch as the trainer does: with slices of a record's bytes. */
  public void fill(TensorBatch batch, long step, int size) {
    int first = (int) (step % batches(size)) * size;
    batch.clear();
    batch.add(inputType, inputs, 1, 0, labelType, labels, first, size);
  }
}
