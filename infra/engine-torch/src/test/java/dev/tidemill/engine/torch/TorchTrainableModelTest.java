package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.parity.Samples;
import dev.tidemill.engine.parity.TestedDevice;
import dev.tidemill.engine.parity.TrainableModelContract;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchTrainableModelTest extends TrainableModelContract {
  private static final Engine ENGINE = TestedDevice.of(new TorchEngine());

  TorchTrainableModelTest() {
    super(ENGINE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void freesNativeObjectsAfterEachStep(boolean weighted) {
    Samples samples = new Samples(RICH, 16);
    StepMetrics metrics = new StepMetrics();
    long before = Pointer.totalCount();
    try (TrainableModel model = ENGINE.create(ModelState.initial(RICH, 5), 1)) {
      model.step(weighted ? samples.weighted(0, 16) : samples.batch(0, 16));
      model.drainMetrics(metrics);
      long afterOne = Pointer.totalCount();
      for (int i = 0; i < 300; i++) {
        // A step of another size has another sum of weights.
        int size = i % 2 == 0 ? 16 : 15;
        TensorBatch batch = weighted ? samples.weighted(0, size) : samples.batch(0, 16);
        model.step(batch);
        model.evaluate(batch, metrics);
        model.drainMetrics(metrics);
      }
      // A few are created once, later. One per step would be 300.
      assertThat(Pointer.totalCount()).isLessThan(afterOne + 100);
    }
    assertThat(Pointer.totalCount()).isLessThan(before + 100);
  }
}
