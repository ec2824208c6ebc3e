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

  @Test
  void tracksEpochImprovement() {
    StepMetrics metrics = new StepMetrics();
    metrics.set(10, 20, 4);
    TrainingCounters first = TrainingCounters.initial(1).plus(2, metrics).afterEpoch(0.1);
    assertThat(first).isEqualTo(new TrainingCounters(2, 10, 1, 0, 0, 0, 2.0, 0));
    metrics.set(10, 19.5, 4);
    TrainingCounters second = first.plus(2, metrics).afterEpoch(0.1);
    assertThat(second.bestEpochLoss()).isEqualTo(2.0);
    assertThat(new TrainingSpec.Stop(0.1, 1).reached(second)).isTrue();
    assertThat(new TrainingSpec.Stop(0.1, 2).reached(second)).isFalse();
  }
}
