package dev.tidemill.benchmarks.training;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;

/**
 * A network of one hidden layer, with momentum.
 *
 * @param state its parameters and momentum, in words
 * @param hidden features
 */
record LargeModel(String state, int hidden) {
  static final LargeModel SMALL = new LargeModel("25 MB", 3_930);
  static final LargeModel MIDDLE = new LargeModel("250 MB", 39_300);
  static final LargeModel LARGE = new LargeModel("1 GB", 157_200);

  private static final int BATCH_SIZE = 32;

  String model() {
    return "large-" + hidden;
  }

  ModelSpec spec() {
    return CheckpointedTraining.spec(hidden, BATCH_SIZE);
  }

  long stateBytes() {
    return Network.of(spec()).stateLayout().length() * Float.BYTES;
  }

  /** What a batch of 64 makes in the hidden layer: a linear's outputs and a relu's. */
  long activationBytes() {
    return 2L * 64 * hidden * Float.BYTES;
  }

  long weightBytes() {
    return Network.of(spec()).stateLayout().parameterLength() * Float.BYTES;
  }
}
