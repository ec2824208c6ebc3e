package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.LayerSpec.Linear;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelStateTest {

  @Test
  void slicesAreViewsOfOneMemory() {
    ModelState state = ModelState.allocate(ModelSpec.load("lenet"));
    StateLayout.Slice bias = state.layout().slice("conv1.bias");
    state.data(bias).asFloatBuffer().put(2, 7f);
    assertThat(state.data().getFloat((int) (bias.offset() + 2) * 4)).isEqualTo(7f);
    assertThat(state.data().remaining()).isEqualTo(2 * 61_706 * 4);
  }

  @Test
  void rejectsAnInvalidSpecBeforeAllocating() {
    ModelSpec lenet = ModelSpec.load("lenet");
    ModelSpec wrong =
        new ModelSpec(
            "wrong",
            lenet.input(),
            List.of(new Linear("fc", -1, true)),
            lenet.loss(),
            lenet.optimizer(),
            lenet.schedule(),
            lenet.training());
    assertThatThrownBy(() -> ModelState.allocate(wrong))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage("layers[0] fc (linear): out_features must be an integer of at least 1, got -1");
  }
}
