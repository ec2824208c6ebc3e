package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.util.function.Consumer;

/** Cuts a batch into parts of a size, the last of which may be smaller. */
final class BatchParts {
  /** Places of sequences that a processor computes at once. */
  static final int PLACES = 2048;

  private final int size;
  private final TensorBatch part = new TensorBatch();

  BatchParts(int size) {
    this.size = size;
  }

  /**
   * The parts that a spec asks for; on a processor, no larger ones than it computes well. Where a
   * layer takes each place of a sequence by itself, its weights' gradient is a product over all
   * places of the part, and OpenBLAS does a third less in a second when they are four times as
   * many. A recurrent layer goes place by place and gains by more samples. Follows from the network
   * and the device alone, so that a resumed run computes the same bits.
   */
  static BatchParts of(Network network, Placement placement) {
    int asked = network.spec().training().microBatchSize().orElse(Integer.MAX_VALUE);
    boolean byPlace =
        network.allLayers().stream()
            .anyMatch(layer -> layer.spec() instanceof LayerSpec.MultiheadAttention);
    boolean together = network.allLayers().stream().anyMatch(BatchParts::needsMoreSamples);
    if (placement.isCuda() || !byPlace || together) {
      return new BatchParts(asked);
    }
    int places = network.spec().input().shape().get(0);
    return new BatchParts(Math.min(asked, Math.max(1, PLACES / places)));
  }

  private static boolean needsMoreSamples(Network.Layer layer) {
    return layer.spec() instanceof LayerSpec.Lstm
        || layer.spec() instanceof LayerSpec.BatchNorm1d
        || layer.spec() instanceof LayerSpec.BatchNorm2d;
  }

  /** Hands over one part after the other, or the whole where it is no larger. */
  void each(TensorBatch whole, Consumer<TensorBatch> taker) {
    if (whole.size() <= size) {
      taker.accept(whole);
      return;
    }
    try {
      for (int i = 0; i < whole.slices(); i++) {
        TensorBatch.Slice slice = whole.slice(i);
        for (int from = 0; from < slice.count(); ) {
          int count = Math.min(slice.count() - from, size - part.size());
          add(slice, from, count);
          from += count;
          if (part.size() == size) {
            taker.accept(part);
            part.clear();
          }
        }
      }
      if (part.size() > 0) {
        taker.accept(part);
      }
    } finally {
      part.clear();
    }
  }

  private void add(TensorBatch.Slice slice, int from, int count) {
    part.add(
        slice.inputType(),
        slice.inputs(),
        slice.scale(),
        slice.offset(),
        slice.labelType(),
        slice.labels(),
        slice.first() + from,
        count);
  }
}
