package dev.tidemill.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.TrainingCounters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SafeTensorsTest {
  private final ModelState state = States.filled(States.ADAM);

  @Test
  void roundTripsEveryTensorAndCounter() {
    ModelState read = SafeTensors.read(SafeTensors.write(state, true));

    assertThat(read.spec()).isEqualTo(state.spec());
    assertThat(read.counters()).isEqualTo(state.counters());
    assertThat(read.data()).isEqualTo(state.data());
  }

  @Test
  void roundTripsWhatIsKnownOfDrift() {
    assertThat(SafeTensors.read(SafeTensors.write(state, true)).driftState()).isEmpty();
    state.driftState("boost 2.0 128;adwin ERROR 1.0 \"2\"");

    assertThat(SafeTensors.read(SafeTensors.write(state, true)).driftState())
        .isEqualTo("boost 2.0 128;adwin ERROR 1.0 \"2\"");
  }

  @Test
  void roundTripsTheFactorOfTheLearningRate() {
    assertThat(SafeTensors.read(SafeTensors.write(state, true)).learningRateFactor()).isEqualTo(1);
    state.learningRateFactor(0.1);

    assertThat(SafeTensors.read(SafeTensors.write(state, true)).learningRateFactor())
        .isEqualTo(0.1);
  }

  @Test
  void roundTripsAnInfiniteBestLoss() {
    state.counters(TrainingCounters.initial(5));

    assertThat(SafeTensors.read(SafeTensors.write(state, true)).counters())
        .isEqualTo(TrainingCounters.initial(5));
  }

  @Test
  void initializesTheOptimizerIfItWasNotWritten() {
    ByteBuffer file = SafeTensors.write(state, false);
    ModelState read = SafeTensors.read(file);

    assertThat(file.remaining()).isLessThan(SafeTensors.write(state, true).remaining());
    assertThat(floats(read, "fc2.bias")).isEqualTo(floats(state, "fc2.bias"));
    assertThat(floats(read, "optimizer.exp_avg.fc1.weight")).containsOnly(0f);
  }

  @Test
  void writesTheStandardFormat() {
    ByteBuffer file = SafeTensors.write(state, false).order(ByteOrder.LITTLE_ENDIAN);
    long header = file.getLong(0);
    String json = StandardCharsets.UTF_8.decode(file.slice(8, (int) header)).toString().strip();

    assertThat((8 + header) % 8).isZero();
    assertThat(json).startsWith("{\"__metadata__\":{\"format\":\"pt\",");
    assertThat(json)
        .contains("\"fc1.weight\":{\"dtype\":\"F32\",\"shape\":[4,3],\"data_offsets\":[0,48]}");
    assertThat(json)
        .contains("\"fc1.bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[48,64]}");
    assertThat(file.getFloat((int) (8 + header))).isEqualTo(0.1f);
  }

  @Test
  void splitsTheFileIntoChunks() throws IOException {
    SafeTensorsImage image = SafeTensorsImage.of(state, true);
    ByteBuffer whole = SafeTensors.write(state, true);
    for (int size : new int[] {1, 7, 64, 1000, 1 << 20}) {
      ByteBuffer joined = ByteBuffer.allocate((int) image.length());
      for (int i = 0; i < image.chunks(size); i++) {
        joined.put(image.chunk(i, size));
      }
      assertThat(joined.flip()).isEqualTo(whole);
    }
    ByteArrayOutputStream channel = new ByteArrayOutputStream();
    SafeTensors.write(state, true, Channels.newChannel(channel));
    assertThat(ByteBuffer.wrap(channel.toByteArray())).isEqualTo(whole);
  }

  @Test
  void readsPlainWeightsIntoASpec() {
    ModelState into = ModelState.initial(States.ADAM, 1);
    TrainingCounters counters = into.counters();

    boolean withOptimizer =
        SafeTensors.readInto(TensorFiles.withoutMetadata(SafeTensors.write(state, false)), into);

    assertThat(withOptimizer).isFalse();
    assertThat(floats(into, "fc1.weight")).isEqualTo(floats(state, "fc1.weight"));
    assertThat(floats(into, "optimizer.exp_avg.fc1.weight")).containsOnly(0f);
    assertThat(into.counters()).isEqualTo(counters);
    assertThat(SafeTensors.spec(TensorFiles.withoutMetadata(SafeTensors.write(state, false))))
        .isEmpty();
  }

  @Test
  void ignoresAnotherOptimizersState() {
    ModelState into = ModelState.initial(States.SGD, 1);

    assertThat(SafeTensors.readInto(SafeTensors.write(state, true), into)).isFalse();
    assertThat(into.counters()).isEqualTo(state.counters());
    assertThat(
            SafeTensors.readInto(SafeTensors.write(into, true), ModelState.initial(States.ADAM, 1)))
        .isFalse();
  }

  @Test
  void namesMissingUnknownAndMisshapenParameters() {
    ModelState into = ModelState.initial(States.ADAM, 1);
    String whole = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    ByteBuffer others = TensorFiles.of(whole, 8);
    assertThatThrownBy(() -> SafeTensors.readInto(others, into))
        .isInstanceOf(MalformedSafeTensorsException.class)
        .hasMessageContaining("'fc1.weight' is missing");

    ByteBuffer renamed = TensorFiles.edited(SafeTensors.write(state, false), "[4,3]", "[3,4]");
    assertThatThrownBy(() -> SafeTensors.readInto(renamed, into))
        .hasMessageContaining("tensor 'fc1.weight' is F32 [3, 4], but the model has F32 [4, 3]");

    ByteBuffer more = TensorFiles.withOneMore(SafeTensors.write(state, false), "fc3.bias");
    assertThatThrownBy(() -> SafeTensors.readInto(more, into))
        .hasMessageContaining("the model has no tensor 'fc3.bias'");
  }

  @Test
  void rejectsIncompleteOptimizerState() {
    ByteBuffer file =
        TensorFiles.edited(
            SafeTensors.write(state, true), "optimizer.exp_avg.", "optimizer.exp_xyz.");
    assertThatThrownBy(() -> SafeTensors.read(file))
        .isInstanceOf(MalformedSafeTensorsException.class)
        .hasMessageContaining("optimizer");
  }

  @Test
  void namesTheFirstNonFiniteValue() {
    SafeTensors.checkFinite(state);
    state.data(state.layout().slice("fc2.weight")).putFloat(8, Float.NaN);
    assertThatThrownBy(() -> SafeTensors.checkFinite(state))
        .isInstanceOf(MalformedSafeTensorsException.class)
        .hasMessageContaining("element 2 of tensor 'fc2.weight' is NaN");
  }

  private static float[] floats(ModelState state, String name) {
    StateLayout.Slice slice = state.layout().slice(name);
    float[] floats = new float[(int) slice.length()];
    state.data(slice).asFloatBuffer().get(floats);
    return floats;
  }
}
