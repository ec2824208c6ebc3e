package dev.tidemill.engine.torch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Memory on both sides of a lane, twice: while a batch is computed, the next one is filled in and
 * copied. Bytes are given to be filled only when their copy has been made; and a copy is made only
 * when what was computed from the values before is done.
 */
final class UploadSlots implements BatchMemory {
  private final CopyLane lane;
  private final List<Integer> shape;
  private final ScalarType type;
  private final int elementBytes;
  private Slot filled;
  private Slot other;

  UploadSlots(CopyLane lane, List<Integer> shape, ScalarType type, int elementBytes) {
    this.lane = lane;
    this.shape = shape;
    this.type = type;
    this.elementBytes = elementBytes;
    filled = new Slot();
    other = new Slot();
  }

  /** Whatever reads the batch before has been asked for by now. */
  @Override
  public ByteBuffer bytes(int samples) {
    filled.read.afterComputation();
    Slot next = other;
    other = filled;
    filled = next;
    next.copied.hostWaits();
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
        new HostMemory(sizes -> lane.hostMemory(type, sizes), shape, elementBytes);
    final CopyLane.Mark copied = lane.mark();
    final CopyLane.Mark read = lane.mark();
    private NativeScope scope = new NativeScope();
    private @Nullable Tensor device;
    private int capacity;

    Tensor upload(int samples) {
      if (samples > capacity) {
        grow(samples);
      }
      Tensor there = Objects.requireNonNull(device, "no memory").narrow(0, 0, samples);
      read.copiesWait();
      lane.copy(host.tensor(samples), there);
      copied.afterCopies();
      copied.computationWaits();
      return there;
    }

    /** Its copies are made, and memory that is freed is used anew only behind what reads it. */
    private void grow(int samples) {
      capacity = 0;
      scope.close();
      scope = new NativeScope();
      device = scope.keep(() -> lane.deviceMemory(type, Sizes.batch(samples, shape)));
      // New memory is filled with zeros by computation.
      read.afterComputation();
      capacity = samples;
    }

    void close() {
      try {
        copied.hostWaits();
      } finally {
        scope.close();
        host.close();
      }
    }
  }
}
