package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Checks that each step on a device uses the weights of its own samples. */
class SampleWeightsTest {
  private static final ModelSpec SPEC =
      ModelSpec.parse(
          """
          name: small
          input: {shape: [1, 6, 6]}
          layers:
            - {type: flatten}
            - {type: linear, out_features: 3}
          loss: {type: cross_entropy, label_smoothing: 0.1, class_weights: [1, 3, 0.5]}
          optimizer: {type: adam, learning_rate: 0.01}
          training: {batch_size: 8, seed: 5, micro_batch_size: 3}
          """);

  private final SimulatedDevice device = new SimulatedDevice(true);
  private final Samples samples = new Samples(SPEC, 8 * 6);

  @Test
  void deviceComputesTheBitsOfTheCpu() {
    ModelState onTheCpu = ModelState.allocate(SPEC);
    ModelState onTheDevice = ModelState.allocate(SPEC);
    double expected = train(Optional.empty(), onTheCpu);
    assertThat(train(Optional.of(device), onTheDevice)).isEqualTo(expected);
    assertThat(Samples.tensors(onTheDevice)).isEqualTo(Samples.tensors(onTheCpu));
  }

  /** Trains some steps, every second of them with weights; returns the loss. */
  private double train(Optional<CopyStream> stream, ModelState end) {
    StepMetrics metrics = new StepMetrics();
    ModelState begin = ModelState.initial(SPEC, 5);
    try (TrainableModel model = new TorchTrainableModel(begin, Placement.CPU, stream)) {
      for (int step = 0; step < 6; step++) {
        model.step(step % 2 == 0 ? samples.weighted(8 * step, 8) : samples.batch(8 * step, 8));
      }
      model.drainMetrics(metrics);
      model.beginSnapshot(end).await();
    }
    return metrics.loss();
  }
}
