package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.PyTorchParity;
import dev.tidemill.engine.parity.TestedDevice;

class PyTorchParityTest extends PyTorchParity {
  PyTorchParityTest() {
    super(TestedDevice.of(new TorchEngine()));
  }
}
