package dev.tidemill.engine.torch;

import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the weights of a batch's samples into a tensor. Has no memory until a batch has weights.
 */
final class SampleWeights implements AutoCloseable {
  private final Optional<CopyStream> stream;
  private @Nullable BatchMemory memory;

  SampleWeights(Optional<CopyStream> stream) {
    this.stream = stream;
  }

  /**
   * Reads a batch. The result is valid in the caller's scope, until the next call.
   *
   * @return {@code [samples]}; null if each sample weighs 1
   */
  @Nullable Tensor read(TensorBatch batch) {
    if (!batch.isWeighted()) {
      return null;
    }
    if (memory == null) {
      memory = BatchMemory.of(stream, List.of(), ScalarType.Float, Float.BYTES);
    }
    ByteBuffer into = memory.bytes(batch.size());
    into.clear();
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      for (int k = 0; k < slice.count(); k++) {
        into.putFloat(slice.weight(k));
      }
    }
    return memory.tensor(batch.size());
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
