package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Memory that Java fills with a batch, and that a model reads as a tensor on its device. */
interface BatchMemory extends AutoCloseable {

  /**
   * Creates memory for samples of a shape.
   *
   * @param stream for copies to the device; empty on the CPU
   * @param elementBytes size of the type
   */
  static BatchMemory of(
      Optional<CopyStream> stream, List<Integer> shape, ScalarType type, int elementBytes) {
    if (stream.isPresent()) {
      return new UploadSlots(stream.get(), shape, type, elementBytes);
    }
    return new HostMemory(sizes -> Placement.CPU.zeros(type, sizes), shape, elementBytes);
  }

  /**
   * Returns the buffer for the next batch. It starts at position 0 and may contain values of an
   * earlier batch.
   */
  ByteBuffer bytes(int samples);

  /**
   * Returns the contents of the buffer as a tensor, samples outermost. It is valid in the caller's
   * scope, until the next call of {@link #bytes}.
   */
  Tensor tensor(int samples);

  @Override
  void close();
}
