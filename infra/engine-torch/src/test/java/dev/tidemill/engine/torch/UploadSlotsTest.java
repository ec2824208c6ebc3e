package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// Native scopes are only closed.
@SuppressWarnings("try")
class UploadSlotsTest {
  private static final int[] SIZES = {3, 5, 2, 8, 8, 8, 1, 8, 8, 9, 2};

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void computesEachBatchFromItsOwnValuesOnALateDevice(boolean copiesFirst) {
    List<Double> sums = new ArrayList<>();
    List<Double> expected = new ArrayList<>();
    try (SimulatedDevice device = new SimulatedDevice(false);
        UploadSlots slots = new UploadSlots(device, List.of(2), ScalarType.Float, Float.BYTES)) {
      for (int batch = 0; batch < SIZES.length; batch++) {
        float value = 1 << batch;
        expected.add(2.0 * SIZES[batch] * value);
        try (PointerScope step = new PointerScope()) {
          ByteBuffer bytes = slots.bytes(SIZES[batch]).clear();
          for (int i = 0; i < 2 * SIZES[batch]; i++) {
            bytes.putFloat(value);
          }
          Tensor there = device.hold(slots.tensor(SIZES[batch]));
          assertThat(there.size(0)).isEqualTo(SIZES[batch]);
          device.compute(() -> sums.add(sum(there)));
        }
      }
      assertThat(sums).as("computed before finish").hasSizeLessThan(SIZES.length);
      device.finish(copiesFirst);
    }
    assertThat(sums).isEqualTo(expected);
  }

  private static double sum(Tensor tensor) {
    try (PointerScope step = new PointerScope()) {
      return tensor.sum().item_double();
    }
  }
}
