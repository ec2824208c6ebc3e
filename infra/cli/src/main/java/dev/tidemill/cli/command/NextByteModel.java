package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.schemas.Checkpoint;

/**
 * A model that predicts the next byte of a text.
 *
 * @param window bytes of input
 */
record NextByteModel(int window) {
  private static final int BYTES = 256;

  /**
   * Reads the model's newest manifest.
   *
   * @throws IllegalStateException if the model has no version yet, or does not predict bytes
   */
  static NextByteModel of(ModelContext context) {
    Checkpoint newest =
        Lineage.read(context.clients(), context.codec(), context.topics(), "tidemill-predict")
            .newest()
            .orElseThrow(
                () ->
                    new IllegalStateException("model " + context.model() + " has no version yet"));
    return of(context.model(), Network.of(ModelSpec.parse(newest.getSpec())));
  }

  /** Whether the network predicts a byte at each position of a text. */
  static boolean isNextByte(Network network) {
    return network.takesTokens()
        && network.labelsEveryPosition()
        && network.outputLength() <= BYTES;
  }

  static NextByteModel of(String model, Network network) {
    if (!network.takesTokens() || !network.labelsEveryPosition()) {
      throw new IllegalStateException(
          "model "
              + model
              + " cannot generate text: its network maps "
              + network.spec().input().shape()
              + " to "
              + network.outputShape()
              + "; it needs an embedding first and one class per position");
    }
    if (network.outputLength() > BYTES) {
      throw new IllegalStateException(
          "model "
              + model
              + " has "
              + network.outputLength()
              + " output classes; text generation needs at most 256, one per byte");
    }
    return new NextByteModel(network.inputLength());
  }
}
