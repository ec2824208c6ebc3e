package dev.tidemill.cli.command;

import dev.tidemill.checkpoints.Lineage;
import dev.tidemill.cli.run.ModelContext;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.schemas.Checkpoint;

/**
 * A model that has learned a text's next byte.
 *
 * @param window bytes that it takes
 */
public record NextByteModel(int window) {
  private static final int BYTES = 256;

  /**
   * As the model's newest manifest says.
   *
   * @throws IllegalStateException if it has no version yet, or is none that writes
   */
  public static NextByteModel of(ModelContext context) {
    Checkpoint newest =
        Lineage.read(context.clients(), context.codec(), context.topics(), "tidemill-predict")
            .newest()
            .orElseThrow(
                () ->
                    new IllegalStateException("model " + context.model() + " has no version yet"));
    return of(context.model(), Network.of(ModelSpec.parse(newest.getSpec())));
  }

  /** Whether it learns the byte after each place of a text. */
  static boolean isNextByte(Network network) {
    return network.takesTokens() && network.labelsEveryPlace() && network.outputLength() <= BYTES;
  }

  static NextByteModel of(String model, Network network) {
    if (!network.takesTokens() || !network.labelsEveryPlace()) {
      throw new IllegalStateException(
          "model "
              + model
              + " does not write: its network takes "
              + network.spec().input().shape()
              + " and gives "
              + network.outputShape()
              + ", and what writes begins with an embedding and gives a class at every place");
    }
    if (network.outputLength() > BYTES) {
      throw new IllegalStateException(
          "model "
              + model
              + " tells "
              + network.outputLength()
              + " tokens apart, and bytes are 256");
    }
    return new NextByteModel(network.inputLength());
  }
}
