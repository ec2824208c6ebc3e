package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Reads samples from the caller's buffers into a tensor for the first layer. */
interface Input extends AutoCloseable {

  /**
   * Creates the input of a network, for token numbers or for values.
   *
   * @param stream for copies to the device; empty on the CPU
   */
  static Input of(Network network, Optional<CopyStream> stream) {
    return network.takesTokens()
        ? new TokenInput(network, stream)
        : new SampleInput(network, stream);
  }

  /**
   * Reads a batch, samples outermost. The result is valid in the caller's scope, until the next
   * call.
   */
  Tensor read(TensorBatch batch);

  @Override
  void close();
}
