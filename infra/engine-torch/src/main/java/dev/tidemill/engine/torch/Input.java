package dev.tidemill.engine.torch;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.TensorBatch;
import org.bytedeco.pytorch.Tensor;

/** Brings samples from the caller's buffers to a network's first layer. */
interface Input extends AutoCloseable {

  /** What a network takes: numbers of tokens, or values. */
  static Input of(Network network) {
    return network.takesTokens()
        ? new TokenInput(network)
        : new SampleInput(network.spec().input());
  }

  /** The samples, outermost; valid until the next call. */
  Tensor of(TensorBatch batch);

  @Override
  void close();
}
