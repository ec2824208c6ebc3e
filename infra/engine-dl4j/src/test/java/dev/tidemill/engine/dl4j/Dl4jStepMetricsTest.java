package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.parity.StepMetricsContract;

class Dl4jStepMetricsTest extends StepMetricsContract {
  Dl4jStepMetricsTest() {
    super(new Dl4jEngine());
  }
}
