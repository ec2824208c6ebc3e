package dev.tidemill.inference;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainingCounters;
import java.nio.FloatBuffer;
import java.util.List;

/** Models whose every answer reveals the version that computed it. */
final class Versions {
  static final ModelSpec SPEC = spec(2, 4);

  private Versions() {}

  static ModelSpec spec(int inputs, int outputs) {
    return ModelSpec.parse(
        """
        name: versioned
        input: {shape: [%d]}
        layers:
          - {type: linear, name: fc1, out_features: %d}
        loss: mse
        optimizer: {type: sgd, learning_rate: 0.1}
        """
            .formatted(inputs, outputs));
  }

  /** All weights and biases are the version number. */
  static ModelState state(ModelSpec spec, long version) {
    ModelState state = ModelState.allocate(spec);
    FloatBuffer floats = state.data().asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      floats.put(i, (float) version);
    }
    state.counters(TrainingCounters.initial(1));
    return state;
  }

  /** Returns what a version answers, in every output, to inputs with this sum. */
  static float answer(long version, float sumOfInputs) {
    return version * (1 + sumOfInputs);
  }

  static boolean isByVersion(long version, float sumOfInputs, List<Float> outputs) {
    return outputs.stream().allMatch(output -> output == answer(version, sumOfInputs));
  }
}
