package dev.tidemill.engine.torch;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A way between the processor and a device, beside what the device computes. Nothing here waits but
 * {@link Mark#hostWaits}: copies and computation are two rows of what was asked for, each in its
 * order, and between the two there is no order but that which marks make.
 */
interface CopyLane extends AutoCloseable {

  /** The way to a placement's device; none to the processor, which is here. */
  static Optional<CopyLane> of(Placement placement) {
    return placement.isCuda() ? Optional.of(new CudaLane(placement)) : Optional.empty();
  }

  /** Memory of the processor that the device reads and writes by itself. */
  Tensor hostMemory(ScalarType type, long... sizes);

  /** Memory of the device. */
  Tensor deviceMemory(ScalarType type, long... sizes);

  /** Asks for a copy. Both tensors are to live until it is made. */
  void copy(Tensor from, Tensor into);

  /** A mark, not set yet, that lives as long as the lane. */
  Mark mark();

  @Override
  void close();

  /** A place in one of the two rows. Waiting for one that was never set does not wait. */
  interface Mark {

    /** Sets it behind all copies that were asked for. */
    void afterCopies();

    /** Sets it behind all computation that was asked for. */
    void afterComputation();

    /** Copies that are asked for from here on wait for it. */
    void copiesWait();

    /** Computation that is asked for from here on waits for it. */
    void computationWaits();

    /** The calling thread waits for it. Any thread. */
    void hostWaits();
  }
}
