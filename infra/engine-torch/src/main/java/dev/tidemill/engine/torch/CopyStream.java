package dev.tidemill.engine.torch;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A stream of copies between the CPU and a device, in parallel to the stream that computes. Both
 * streams run their own operations in order. Only events order operations of different streams. No
 * method blocks except {@link Event#synchronize}.
 */
interface CopyStream extends AutoCloseable {

  /** Creates a stream for the device of a placement; empty for the CPU. */
  static Optional<CopyStream> of(Placement placement) {
    return placement.isCuda() ? Optional.of(new CudaCopyStream(placement)) : Optional.empty();
  }

  /** Allocates CPU memory that the device can access directly (pinned memory). */
  Tensor hostMemory(ScalarType type, long... sizes);

  /** Allocates memory on the device. */
  Tensor deviceMemory(ScalarType type, long... sizes);

  /** Enqueues a copy. Both tensors must stay alive until it is done. */
  void copy(Tensor from, Tensor into);

  /** Creates an event that lives as long as the stream. It is not recorded yet. */
  Event event();

  @Override
  void close();

  /** A point in one of the two streams. Waiting for an event that was never recorded returns. */
  interface Event {

    /** Records the event after all enqueued copies. */
    void recordCopies();

    /** Records the event after all enqueued computation. */
    void recordComputation();

    /** Makes later copies wait for the event. */
    void copiesWait();

    /** Makes later computation wait for the event. */
    void computationWaits();

    /** Blocks the calling thread until the event. Any thread may call it. */
    void synchronize();
  }
}
