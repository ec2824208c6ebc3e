package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.parity.PyTorchParity;

class PyTorchParityTest extends PyTorchParity {
  PyTorchParityTest() {
    super(new Dl4jEngine());
  }
}
