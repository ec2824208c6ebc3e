package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.ReferenceTrajectory;
import dev.tidemill.engine.parity.TestedDevice;

class ReferenceTrajectoryTest extends ReferenceTrajectory {
  ReferenceTrajectoryTest() {
    super(TestedDevice.of(new TorchEngine()));
  }
}
