package dev.tidemill.checkpoints;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TrainingCounters;
import java.nio.FloatBuffer;

/** Small model states for tests. */
final class States {
  static final ModelSpec ADAM = spec("{type: adam, learning_rate: 0.001}");
  static final ModelSpec SGD = spec("{type: sgd, learning_rate: 0.1}");

  private States() {}

  static ModelSpec spec(String optimizer) {
    return ModelSpec.parse(
        """
        name: tiny
        input: {shape: [3]}
        layers:
          - {type: linear, name: fc1, out_features: 4}
          - {type: relu}
          - {type: linear, name: fc2, out_features: 2}
        loss: cross_entropy
        optimizer: %s
        """
            .formatted(optimizer));
  }

  /** Returns a state whose floats all differ, and whose counters all differ. */
  static ModelState filled(ModelSpec spec) {
    ModelState state = ModelState.allocate(spec);
    FloatBuffer floats = state.data().asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, 0.1f + i);
    }
    state.counters(
        new TrainingCounters(
            7,
            448,
            3,
            0.1 + 0.2,
            64,
            31,
            TargetSums.of(1, 1.0 / 7, -2e300, 0.25),
            ConfusionCounts.of(2, 30, 0, 33, 1L << 40),
            1.0 / 3,
            2));
    return state;
  }
}
