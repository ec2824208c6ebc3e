package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorIntakeTest {
  private final ModelState state = States.filled(States.ADAM);

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 8, 64, 1000})
  void readsPiecesOfAnySize(int size) {
    TensorTarget taken = inPieces(SafeTensors.write(state, true), size);

    assertThat(taken.state().data()).isEqualTo(state.data());
    assertThat(taken.state().counters()).isEqualTo(state.counters());
    assertThat(taken.match().withOptimizer()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 8, 64, 1000})
  void findsANonFiniteValueInPiecesOfAnySize(int size) {
    state.data(state.layout().slice("fc2.weight")).putFloat(8, Float.NaN);
    ByteBuffer file = SafeTensors.write(state, true);

    assertThatThrownBy(() -> inPieces(file, size))
        .isInstanceOf(MalformedSafeTensorsException.class)
        .hasMessageContaining("element 2 of tensor 'fc2.weight' is NaN");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64})
  void changesNoStateBeforeTheHeaderIsChecked(int size) {
    ByteBuffer file = TensorFiles.withOneMore(SafeTensors.write(state, false), "fc3.bias");
    ModelState given = ModelState.allocate(States.ADAM);
    TensorIntake intake =
        new TensorIntake(file.remaining(), header -> TensorTarget.given(header, given));

    assertThatThrownBy(() -> feed(intake, file, size)).hasMessageContaining("fc3.bias");
    assertThat(given.data()).isEqualTo(ModelState.allocate(States.ADAM).data());
  }

  private static TensorTarget inPieces(ByteBuffer file, int size) {
    TensorIntake intake = new TensorIntake(file.remaining(), TensorTarget::fresh);
    feed(intake, file, size);
    return intake.finish();
  }

  private static void feed(TensorIntake intake, ByteBuffer file, int size) {
    for (int at = 0; at < file.limit(); at += size) {
      intake.take(file.slice(at, Math.min(size, file.limit() - at)));
    }
  }
}
