package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.parity.ReferenceTrajectory;

class ReferenceTrajectoryTest extends ReferenceTrajectory {
  ReferenceTrajectoryTest() {
    super(new Dl4jEngine());
  }
}
