package dev.tidemill.engine.dl4j.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.NetworkCost;
import dev.tidemill.engine.dl4j.memory.StateMemory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code tidemill plan} says beforehand, beside what a plan of this engine takes. */
class PlannedMemoryTest {

  /**
   * More where this engine holds every value's gradient at the same time, less where it pools while
   * it convolves and computes in place.
   */
  @ParameterizedTest
  @CsvSource({"mlp, 64", "lenet, 8", "lenet, 64", "resnet, 16", "lstm, 32", "transformer, 8"})
  void aPlanTakesAThirdToThreeTimesOfTheEstimate(String name, int samples) {
    ModelSpec spec = ModelSpec.load(name);
    Network network = Network.of(spec);
    try (StateMemory state = StateMemory.copy(ModelState.initial(spec, 1));
        ShardWorker worker = new ShardWorker(network, state)) {
      double estimate = NetworkCost.of(network).memory(samples).activations();
      assertThat(worker.plan(samples).bytes() / estimate).isBetween(1.0 / 3, 3.0);
    }
  }
}
