package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the estimate of {@code tidemill plan} with the memory of this engine's plans. */
class PlannedMemoryTest {

  /**
   * This engine takes more when it holds the gradients of all values at once. It takes less when it
   * computes in place or fuses convolution and pooling.
   */
  @ParameterizedTest
  @CsvSource({"mlp, 64", "lenet, 8", "lenet, 64", "resnet, 16", "lstm, 32", "transformer, 8"})
  void planTakesAThirdToThreeTimesTheEstimate(String name, int samples) {
    ModelSpec spec = ModelSpec.load(name);
    Network network = Network.of(spec);
    try (StateMemory state = StateMemory.copy(ModelState.initial(spec, 1));
        ShardWorker worker = new ShardWorker(network, state)) {
      double estimate = NetworkCost.of(network).memory(samples).activations();
      assertThat(worker.plan(samples).bytes() / estimate).isBetween(1.0 / 3, 3.0);
    }
  }
}
