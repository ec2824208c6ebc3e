package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.parity.Samples;
import dev.tidemill.engine.parity.ServableModelContract;
import dev.tidemill.engine.parity.TestedDevice;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class TorchServableModelTest extends ServableModelContract {
  private static final Engine ENGINE = TestedDevice.of(new TorchEngine());

  TorchServableModelTest() {
    super(ENGINE);
  }

  @Test
  void freesNativeObjectsAfterEachCall() {
    Samples samples = new Samples(LENET, MOST);
    FloatBuffer outputs = FloatBuffer.allocate(MOST * 10);
    long before = Pointer.totalCount();
    try (ServableModel model = ENGINE.load(ModelState.initial(LENET, 1), MOST);
        ServableModel share = model.share()) {
      model.predict(samples.batch(0, MOST), outputs.clear());
      share.predict(samples.batch(0, MOST), outputs.clear());
      long afterOne = Pointer.totalCount();
      for (int i = 0; i < 300; i++) {
        model.predict(samples.batch(0, MOST), outputs.clear());
        share.predict(samples.batch(0, MOST), outputs.clear());
      }
      // A few are created once, later. One per call would be 300.
      assertThat(Pointer.totalCount()).isLessThan(afterOne + 100);
    }
    assertThat(Pointer.totalCount()).isLessThan(before + 100);
  }
}
