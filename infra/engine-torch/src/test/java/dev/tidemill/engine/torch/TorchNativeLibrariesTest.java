package dev.tidemill.engine.torch;

import dev.tidemill.engine.parity.NativeLibrariesContract;

class TorchNativeLibrariesTest extends NativeLibrariesContract {
  TorchNativeLibrariesTest() {
    super(TorchEngine.NAME);
  }
}
