package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.StepMetricsContract;
import dev.tidemill.engine.parity.TestedDevice;

class TorchStepMetricsTest extends StepMetricsContract {
  TorchStepMetricsTest() {
    super(TestedDevice.of(new TorchEngine()));
  }
}
