package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;

/**
 * Cuts a batch into shards of nearly equal size, about {@link #maxSize} samples each. The cut
 * depends only on the network and the batch size, because it determines the rounding of the
 * gradient sum.
 *
 * <p>The size is a trade-off. Small shards keep their values in the L2 cache, but each shard's
 * gradient costs a pass over all parameters. A linear layer uses each parameter only a few times
 * per sample, so it needs large shards. A convolution uses each parameter at every pixel, so
 * smaller shards suffice.
 */
final class Shards {
  private static final int MIN_SAMPLES = 16;
  private static final int MAX_SAMPLES = 256;
  private static final int TARGET_USES = 128;
  private static final long MAX_BYTES = 256L << 20;

  private final int maxSize;
  private final boolean unsplit;

  Shards(Network network) {
    unsplit = network.allLayers().stream().anyMatch(l -> needsWholeBatch(l.spec()));
    long memory = Math.max(1, MAX_BYTES / sampleBytes(network));
    maxSize = (int) Math.min(samplesForUses(network), memory);
  }

  /** Returns the typical shard size of a large batch, in samples. */
  int maxSize() {
    return maxSize;
  }

  /** Returns the number of shards of a batch. */
  int count(int batch) {
    return unsplit ? 1 : Math.max(1, (int) ((batch + maxSize / 2L) / maxSize));
  }

  /** Returns the first sample of a shard; for the index after the last shard, the batch size. */
  int first(int batch, int shard) {
    int count = count(batch);
    return batch / count * shard + Math.min(shard, batch % count);
  }

  /** Returns the number of samples of a shard; the sizes of two shards differ by at most one. */
  int size(int batch, int shard) {
    return first(batch, shard + 1) - first(batch, shard);
  }

  /** Returns whether a layer needs all samples at once, as batch normalization does. */
  private static boolean needsWholeBatch(LayerSpec layer) {
    return layer instanceof LayerSpec.BatchNorm1d || layer instanceof LayerSpec.BatchNorm2d;
  }

  /**
   * Returns a power of two: about as many samples as use the average parameter {@link #TARGET_USES}
   * times.
   */
  private static int samplesForUses(Network network) {
    double multiplications = 0;
    for (Network.Layer layer : network.allLayers()) {
      for (StateLayout.Slice tensor : layer.tensors()) {
        multiplications += (double) tensor.length() * uses(layer, tensor);
      }
    }
    double needed = TARGET_USES * network.parameterCount() / Math.max(1, multiplications);
    int samples = MIN_SAMPLES;
    while (samples < MAX_SAMPLES && samples * Math.sqrt(2) < needed) {
      samples *= 2;
    }
    return samples;
  }

  /** Returns how many multiplications per sample use each value of a tensor. */
  private static double uses(Network.Layer layer, StateLayout.Slice tensor) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Lstm || spec instanceof LayerSpec.MultiheadAttention) {
      return layer.inputShape().get(0);
    }
    boolean isLookupOrSum =
        spec instanceof LayerSpec.Embedding
            || spec instanceof LayerSpec.ColumnEmbedding
            || spec instanceof LayerSpec.PositionalEmbedding;
    return isLookupOrSum || !tensor.name().endsWith(".weight")
        ? 0
        : (double) layer.outputLength() / tensor.shape().get(0);
  }

  /** Returns the number of values that a layer keeps besides its output. */
  private static long extraValues(Network.Layer layer) {
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
      floats += 2L * layer.outputLength() + extraValues(layer);
    }
    return floats * Float.BYTES;
  }
}
