package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Brings samples from the caller's buffers to a network's first layer. */
interface Input extends AutoCloseable {

  /**
   * What a network takes: numbers of tokens, or values.
   *
   * @param lane to the device; none to the processor
   */
  static Input of(Network network, Optional<CopyLane> lane) {
    return network.takesTokens()
        ? new TokenInput(network, lane)
        : new SampleInput(network.spec().input(), lane);
  }

  /** The samples, outermost; valid in the caller's scope, until the next call. */
  Tensor of(TensorBatch batch);

  @Override
  void close();
}
