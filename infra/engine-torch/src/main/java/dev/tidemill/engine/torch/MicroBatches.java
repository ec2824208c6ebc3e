package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.util.function.Consumer;

/** Splits a batch into micro-batches. The last one may be smaller. */
final class MicroBatches {
  /** The largest number of sequence positions in a micro-batch on a CPU. */
  static final int MAX_POSITIONS = 2048;

  private final int size;
  private final TensorBatch part = new TensorBatch();

  MicroBatches(int size) {
    this.size = size;
  }

  /**
   * Chooses the micro-batch size of a network: that of the spec, and on a CPU a smaller one if that
   * is faster. A layer that computes each position independently needs a product over all positions
   * for its weight gradient. OpenBLAS has a third less throughput with four times as many
   * positions. A recurrent layer computes position after position, and is faster with more samples.
   * The choice depends only on the network and the device, so a resumed run computes the same bits.
   */
  static MicroBatches of(Network network, Placement placement) {
    int asked = network.spec().training().microBatchSize().orElse(Integer.MAX_VALUE);
    boolean attention =
        network.allLayers().stream()
            .anyMatch(layer -> layer.spec() instanceof LayerSpec.MultiheadAttention);
    boolean together = network.allLayers().stream().anyMatch(MicroBatches::needsMoreSamples);
    if (placement.isCuda() || !attention || together) {
      return new MicroBatches(asked);
    }
    int positions = network.spec().input().shape().get(0);
    return new MicroBatches(Math.min(asked, Math.max(1, MAX_POSITIONS / positions)));
  }

  private static boolean needsMoreSamples(Network.Layer layer) {
    return layer.spec() instanceof LayerSpec.Lstm
        || layer.spec() instanceof LayerSpec.BatchNorm1d
        || layer.spec() instanceof LayerSpec.BatchNorm2d;
  }

  /** Passes each micro-batch to a consumer, or the whole batch if it is small enough. */
  void forEach(TensorBatch whole, Consumer<TensorBatch> consumer) {
    if (whole.size() <= size) {
      consumer.accept(whole);
      return;
    }
    try {
      for (int i = 0; i < whole.slices(); i++) {
        TensorBatch.Slice slice = whole.slice(i);
        for (int from = 0; from < slice.count(); ) {
          int count = Math.min(slice.count() - from, size - part.size());
          part.add(slice, from, count);
          from += count;
          if (part.size() == size) {
            consumer.accept(part);
            part.clear();
          }
        }
      }
      if (part.size() > 0) {
        consumer.accept(part);
      }
    } finally {
      part.clear();
    }
  }
}
