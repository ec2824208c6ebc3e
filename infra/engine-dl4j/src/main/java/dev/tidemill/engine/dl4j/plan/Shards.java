package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;

/**
 * How a batch is cut: into shards as equal as can be, of about {@link #maxSize} samples. It follows
 * from the network and the batch size and from nothing else, since where a sum is cut decides its
 * last bits.
 *
 * <p>A shard's values should stay in the second-level cache: so few samples. A shard's gradient
 * costs a pass over all parameters: so many samples where each is used but a few times a sample, as
 * in a linear layer, and fewer where an image's every place uses it, as in a convolution.
 */
final class Shards {
  private static final int FEWEST_SAMPLES = 16;
  private static final int MOST_SAMPLES = 256;
  private static final int USES = 128;
  private static final long MOST_BYTES = 256L << 20;

  private final int most;
  private final boolean whole;

  Shards(Network network) {
    whole = network.allLayers().stream().anyMatch(l -> needsWholeBatch(l.spec()));
    long memory = Math.max(1, MOST_BYTES / sampleBytes(network));
    most = (int) Math.min(samplesForUses(network), memory);
  }

  /** Samples of a large batch's shard. */
  int maxSize() {
    return most;
  }

  /** How many shards a batch is cut into. */
  int count(int batch) {
    return whole ? 1 : Math.max(1, (int) ((batch + most / 2L) / most));
  }

  /** First sample of a shard; for the shard after the last one, the batch's size. */
  int first(int batch, int shard) {
    int count = count(batch);
    return batch / count * shard + Math.min(shard, batch % count);
  }

  /** Samples of a shard; those of two shards differ by one at most. */
  int size(int batch, int shard) {
    return first(batch, shard + 1) - first(batch, shard);
  }

  /** Batch normalization computes with all samples at once. */
  private static boolean needsWholeBatch(LayerSpec layer) {
    return layer instanceof LayerSpec.BatchNorm1d || layer instanceof LayerSpec.BatchNorm2d;
  }

  /** Samples that use the average parameter about {@link #USES} times: a power of two. */
  private static int samplesForUses(Network network) {
    double multiplications = 0;
    for (Network.Layer layer : network.allLayers()) {
      for (StateLayout.Slice tensor : layer.tensors()) {
        multiplications += (double) tensor.length() * uses(layer, tensor);
      }
    }
    double needed = USES * network.parameterCount() / Math.max(1, multiplications);
    int samples = FEWEST_SAMPLES;
    while (samples < MOST_SAMPLES && samples * Math.sqrt(2) < needed) {
      samples *= 2;
    }
    return samples;
  }

  /** How often a sample multiplies by each value of a tensor. */
  private static double uses(Network.Layer layer, StateLayout.Slice tensor) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Lstm || spec instanceof LayerSpec.MultiheadAttention) {
      return layer.inputShape().get(0);
    }
    boolean added =
        spec instanceof LayerSpec.Embedding || spec instanceof LayerSpec.PositionalEmbedding;
    return added || !tensor.name().endsWith(".weight")
        ? 0
        : (double) layer.outputLength() / tensor.shape().get(0);
  }

  /** Values that a layer keeps besides its output. */
  private static long within(Network.Layer layer) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Lstm lstm) {
      // Gates, their gradients, and states.
      return 9L * layer.outputLength() * lstm.numLayers();
    }
    if (spec instanceof LayerSpec.MultiheadAttention attention) {
      long length = layer.inputShape().get(0);
      return 8L * layer.outputLength() + attention.numHeads() * length * length;
    }
    return spec instanceof LayerSpec.Residual ? 2L * layer.inputLength() : 0;
  }

  private static long sampleBytes(Network network) {
    long floats = network.layers().get(0).inputLength();
    for (Network.Layer layer : network.allLayers()) {
      floats += 2L * layer.outputLength() + within(layer);
    }
    return floats * Float.BYTES;
  }
}
