package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.parity.NativeLibrariesContract;

class Dl4jNativeLibrariesTest extends NativeLibrariesContract {
  Dl4jNativeLibrariesTest() {
    super(Dl4jEngine.NAME);
  }
}
