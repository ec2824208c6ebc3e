package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private final Network lenet = Network.of(ModelSpec.load("lenet"));

  @Test
  void lenetHasPyTorchsNamesAndShapes() {
    assertThat(
            lenet.stateLayout().slices().stream()
                .filter(s -> s.kind() == StateLayout.Kind.PARAMETER)
                .map(s -> s.name() + " " + s.shape()))
        .containsExactly(
            "conv1.weight [6, 1, 5, 5]",
            "conv1.bias [6]",
            "conv2.weight [16, 6, 5, 5]",
            "conv2.bias [16]",
            "fc1.weight [120, 400]",
            "fc1.bias [120]",
            "fc2.weight [84, 120]",
            "fc2.bias [84]",
            "fc3.weight [10, 84]",
            "fc3.bias [10]");
    assertThat(lenet.parameterCount()).isEqualTo(61_706);
    assertThat(lenet.outputLength()).isEqualTo(10);
    assertThat(lenet.inputLength()).isEqualTo(784);
  }

  @Test
  void namesTheLayerThatRejectsALargerImage() {
    assertThat(lenet.shapeError(List.of(1L, 1L, 224L, 224L)))
        .hasValue(
            "input must have shape [1, 28, 28], got [1, 1, 224, 224]; layer fc1 (linear) takes 400"
                + " features and would get 46656");
  }

  @Test
  void slicesAreContiguousWithParametersFirst() {
    long end = 0;
    for (StateLayout.Slice slice : lenet.stateLayout().slices()) {
      assertThat(slice.offset()).isEqualTo(end);
      end += slice.length();
    }
    assertThat(end).isEqualTo(2 * 61_706).isEqualTo(lenet.stateLayout().length());
    assertThat(lenet.stateLayout().slice("optimizer.momentum_buffer.conv1.weight").offset())
        .isEqualTo(61_706);
  }
}
