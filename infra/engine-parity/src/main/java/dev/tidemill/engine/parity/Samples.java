package dev.tidemill.engine.parity;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.OptionalInt;
import java.util.Random;

/** Random samples and labels for a spec, as bytes. */
public final class Samples {
  /** A network that embeds element 1, which has 4 categories. */
  static final ModelSpec COLUMNS =
      ModelSpec.parse(
          """
          name: columns
          input: {shape: [3]}
          layers:
            - {type: column_embedding, name: columns, embedding_dim: 2, columns: {1: 4}}
            - {type: linear, out_features: 2}
          loss: cross_entropy
          optimizer: {type: sgd, learning_rate: 0.1}
          training: {batch_size: 1, seed: 1}
          """);

  private final ByteBuffer inputs;
  private final ByteBuffer labels;
  private final ByteBuffer weights;
  private final double scale;
  private final TensorBatch batch = new TensorBatch();

  public Samples(ModelSpec spec, int count) {
    Random random = new Random(7);
    Network network = Network.of(spec);
    byte[] bytes = new byte[count * network.inputLength()];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      OptionalInt categories = network.categories(i % network.inputLength());
      if (categories.isPresent()) {
        bytes[i] = (byte) random.nextInt(categories.getAsInt());
      }
    }
    boolean whole = network.takesTokens() || network.columnEmbedding().isPresent();
    scale = whole ? 1 : 1 / 255.0;
    inputs = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    inputs.put(bytes).flip();
    int labelCount = count * network.labelsPerSample();
    labels = ByteBuffer.allocate(labelCount * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < labelCount; i++) {
      labels.putInt(i * Integer.BYTES, random.nextInt(network.outputLength()));
    }
    weights = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      weights.putFloat(i * Float.BYTES, 0.25f + 4 * random.nextFloat());
    }
  }

  /** Returns a batch. Each call returns the same object with other samples. */
  public TensorBatch batch(int first, int count) {
    batch.clear();
    batch.add(ElementType.UINT8, inputs, scale, 0, ElementType.INT32, labels, first, count);
    return batch;
  }

  /** Returns a batch whose samples have different weights, as {@link #batch} does without. */
  public TensorBatch weighted(int first, int count) {
    batch.clear();
    batch.add(
        ElementType.UINT8, inputs, scale, 0, ElementType.INT32, labels, weights, first, count);
    return batch;
  }

  /** Returns a batch whose samples all have these weights in turn. */
  public TensorBatch weightedBy(int first, int count, float... inTurn) {
    ByteBuffer given =
        ByteBuffer.allocate((first + count) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < first + count; i++) {
      given.putFloat(i * Float.BYTES, inTurn[i % inTurn.length]);
    }
    batch.clear();
    batch.add(ElementType.UINT8, inputs, scale, 0, ElementType.INT32, labels, given, first, count);
    return batch;
  }

  /** Returns a batch of one sample of class 0 with these elements. */
  static TensorBatch of(float... elements) {
    ByteBuffer inputs =
        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    inputs.asFloatBuffer().put(elements);
    TensorBatch one = new TensorBatch();
    one.add(
        ElementType.FLOAT32,
        inputs,
        1,
        0,
        ElementType.INT32,
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN),
        0,
        1);
    return one;
  }

  /** All values of a state, in its order. */
  public static float[] tensors(ModelState state) {
    FloatBuffer all = state.data().asFloatBuffer();
    float[] tensors = new float[all.remaining()];
    all.get(tensors);
    return tensors;
  }
}
