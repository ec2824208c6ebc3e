package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.PyTorchParity;

class PyTorchParityTest extends PyTorchParity {
  PyTorchParityTest() {
    super(new TorchEngine());
  }
}
