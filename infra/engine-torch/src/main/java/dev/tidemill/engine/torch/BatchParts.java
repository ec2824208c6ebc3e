package dev.tidemill.engine.torch;

import dev.tidemill.engine.TensorBatch;
import java.util.function.Consumer;

/** Cuts a batch into parts of a size, the last of which may be smaller. */
final class BatchParts {
  private final int size;
  private final TensorBatch part = new TensorBatch();

  BatchParts(int size) {
    this.size = size;
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
