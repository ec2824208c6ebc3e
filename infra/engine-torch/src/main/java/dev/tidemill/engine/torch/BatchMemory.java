package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Memory that Java fills, and that a model reads as a tensor where it computes. */
interface BatchMemory extends AutoCloseable {

  /**
   * Memory for samples of a shape.
   *
   * @param lane to the device; none where Java's memory is the model's
   * @param elementBytes of the type
   */
  static BatchMemory of(
      Optional<CopyLane> lane, List<Integer> shape, ScalarType type, int elementBytes) {
    if (lane.isPresent()) {
      return new UploadSlots(lane.get(), shape, type, elementBytes);
    }
    return new HostMemory(sizes -> Placement.CPU.zeros(type, sizes), shape, elementBytes);
  }

  /**
   * The bytes of a batch, from 0, for its next values; those of a batch before may still stand
   * there.
   */
  ByteBuffer bytes(int samples);

  /**
   * What stands in the bytes, as a tensor, samples outermost. Valid in the caller's scope, until
   * bytes are asked for again.
   */
  Tensor tensor(int samples);

  @Override
  void close();
}
