package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.ReferenceTrajectory;

class ReferenceTrajectoryTest extends ReferenceTrajectory {
  ReferenceTrajectoryTest() {
    super(new TorchEngine());
  }
}
