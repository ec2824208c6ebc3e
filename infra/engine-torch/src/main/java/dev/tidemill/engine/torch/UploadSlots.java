package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Double buffering of batches in host and device memory: while one batch is computed, the next one
 * is filled and copied. A host buffer is refilled only after its copy is done. A copy starts only
 * after the computation on the device buffer's previous values is done.
 */
final class UploadSlots implements BatchMemory {
  private final CopyStream stream;
  private final List<Integer> shape;
  private final ScalarType type;
  private final int elementBytes;
  private Slot filled;
  private Slot other;

  UploadSlots(CopyStream stream, List<Integer> shape, ScalarType type, int elementBytes) {
    this.stream = stream;
    this.shape = shape;
    this.type = type;
    this.elementBytes = elementBytes;
    filled = new Slot();
    other = new Slot();
  }

  /** All computation that reads the previous batch must be enqueued before this call. */
  @Override
  public ByteBuffer bytes(int samples) {
    filled.read.recordComputation();
    Slot next = other;
    other = filled;
    filled = next;
    next.copied.synchronize();
    return next.host.bytes(samples);
  }

  @Override
  public Tensor tensor(int samples) {
    return filled.upload(samples);
  }

  @Override
  public void close() {
    filled.close();
    other.close();
  }

  private final class Slot {
    final HostMemory host =
        new HostMemory(sizes -> stream.hostMemory(type, sizes), shape, elementBytes);
    final CopyStream.Event copied = stream.event();
    final CopyStream.Event read = stream.event();
    private NativeScope scope = new NativeScope();
    private @Nullable Tensor device;
    private int capacity;

    Tensor upload(int samples) {
      if (samples > capacity) {
        grow(samples);
      }
      Tensor there = Objects.requireNonNull(device, "no memory").narrow(0, 0, samples);
      read.copiesWait();
      stream.copy(host.tensor(samples), there);
      copied.recordCopies();
      copied.computationWaits();
      return there;
    }

    /**
     * Replaces the device memory. Its copies are done, and the allocator reuses freed memory only
     * after the computation that reads it.
     */
    private void grow(int samples) {
      capacity = 0;
      scope.close();
      scope = new NativeScope();
      device = scope.keep(() -> stream.deviceMemory(type, Sizes.batch(samples, shape)));
      // The compute stream fills new memory with zeros.
      read.recordComputation();
      capacity = samples;
    }

    void close() {
      try {
        copied.synchronize();
      } finally {
        scope.close();
        host.close();
      }
    }
  }
}
