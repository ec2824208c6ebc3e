package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.TensorBatch;

/** Consecutive samples of a batch, as a batch of their own. Made once and moved again and again. */
public final class BatchPart {
  private final TensorBatch part = new TensorBatch();

  /**
   * The same object at each call.
   *
   * @param first sample within the batch
   * @param count at most as many as there are from {@code first} on
   */
  public TensorBatch of(TensorBatch whole, int first, int count) {
    part.clear();
    int begin = 0;
    for (int i = 0; part.size() < count; i++) {
      TensorBatch.Slice slice = whole.slice(i);
      int from = Math.max(first - begin, 0);
      int taken = Math.min(slice.count() - from, count - part.size());
      if (taken > 0) {
        add(slice, from, taken);
      }
      begin += slice.count();
    }
    return part;
  }

  /** Lets go of the batch's buffers. */
  public void clear() {
    part.clear();
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
