package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.TensorBatch;

/** Walks through a batch part by part. Made once and begun again for each batch. */
final class Parts {
  private final TensorBatch part = new TensorBatch();
  private TensorBatch whole = part;
  private int largest;
  private int slice;
  private int within;

  /** The part that {@link #next} moved to. */
  TensorBatch part() {
    return part;
  }

  void begin(TensorBatch batch, int largestPart) {
    whole = batch;
    largest = largestPart;
    slice = 0;
    within = 0;
  }

  /** Moves on; false when there are no more samples. */
  boolean next() {
    part.clear();
    while (part.size() < largest && slice < whole.slices()) {
      TensorBatch.Slice from = whole.slice(slice);
      int count = Math.min(largest - part.size(), from.count() - within);
      if (count > 0) {
        add(from, count);
      }
      within += count;
      if (within == from.count()) {
        slice++;
        within = 0;
      }
    }
    return part.size() > 0;
  }

  private void add(TensorBatch.Slice from, int count) {
    part.add(
        from.inputType(),
        from.inputs(),
        from.scale(),
        from.offset(),
        from.labelType(),
        from.labels(),
        from.first() + within,
        count);
  }
}
