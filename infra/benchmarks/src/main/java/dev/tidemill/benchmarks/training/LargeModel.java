package dev.tidemill.benchmarks.training;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StateLayout;
import java.util.List;

/**
 * A network of one hidden layer, with momentum: two floats of state per parameter.
 *
 * @param state the size of its parameters and momentum, in words
 * @param hidden features
 */
record LargeModel(String state, int hidden) {
  static final LargeModel SMALL = new LargeModel("25 MB", 3_930);
  static final LargeModel MIDDLE = new LargeModel("250 MB", 39_300);
  static final LargeModel LARGE = new LargeModel("1 GB", 157_200);
  private static final int BATCH_SIZE = 32;
  private static final int MEBIBYTE = 1 << 20;

  /** Mebibytes for all that does not grow with the model. */
  private static final int CONSTANT = 64;

  String model() {
    return "large-" + hidden;
  }

  String yaml() {
    return yaml(BATCH_SIZE);
  }

  String yaml(int batchSize) {
    return """
        name: mlp-%d
        input: {shape: [1, 28, 28], scale: 0.00392156862745098}
        layers:
          - {type: flatten}
          - {type: linear, name: fc1, out_features: %d}
          - {type: relu}
          - {type: linear, name: fc2, out_features: 10}
        loss: cross_entropy
        optimizer: {type: sgd, learning_rate: 0.001, momentum: 0.9}
        schedule: {type: constant}
        training: {batch_size: %d, seed: 1}
        """
        .formatted(hidden, hidden, batchSize);
  }

  /** Two snapshots outside the heap; in the engine, the state and gradients of the weights. */
  List<String> trainerLimits() {
    long state = layout().length() * Float.BYTES;
    return limits(384, 2 * state, state + 2 * weights() + activations());
  }

  /** The weights that versions are read into; in the engine, two slots. */
  List<String> workerLimits() {
    return limits(128, weights(), 2 * (weights() + activations()));
  }

  private StateLayout layout() {
    return Network.of(ModelSpec.parse(yaml())).stateLayout();
  }

  private long weights() {
    return layout().parameterLength() * Float.BYTES;
  }

  /** The hidden layer's for a batch of 64: outputs of a linear and of a relu. */
  private long activations() {
    return 2L * 64 * hidden * Float.BYTES;
  }

  private static List<String> limits(int heapMebibytes, long directBytes, long engineBytes) {
    return List.of(
        "-Xmx%dm".formatted(heapMebibytes),
        "-XX:MaxDirectMemorySize=%dm".formatted(directBytes / MEBIBYTE + CONSTANT),
        "-Dorg.bytedeco.javacpp.maxbytes=%dm".formatted(engineBytes / MEBIBYTE + CONSTANT));
  }
}
