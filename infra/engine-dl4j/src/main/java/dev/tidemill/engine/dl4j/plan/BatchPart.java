package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.TensorBatch;

/**
 * A view of consecutive samples of a batch. Reuse one object for many parts to avoid allocation.
 */
public final class BatchPart {
  private final TensorBatch part = new TensorBatch();

  /**
   * Moves the view and returns it; every call returns the same object.
   *
   * @param first first sample within the batch
   * @param count number of samples; the batch must have that many from {@code first}
   */
  public TensorBatch of(TensorBatch whole, int first, int count) {
    part.clear();
    int begin = 0;
    for (int i = 0; part.size() < count; i++) {
      TensorBatch.Slice slice = whole.slice(i);
      int from = Math.max(first - begin, 0);
      int sliceCount = Math.min(slice.count() - from, count - part.size());
      if (sliceCount > 0) {
        part.add(slice, from, sliceCount);
      }
      begin += slice.count();
    }
    return part;
  }

  /** Releases the references to the batch's buffers. */
  public void clear() {
    part.clear();
  }
}
