package dev.tidemill.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.checkpoints.SafeTensors;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplesTest {
  @TempDir Path folder;

  @Test
  void theNextByteIsTheLabelOfATextsByte() {
    Samples samples = Samples.draw(network("transformer"), Samples.COUNT);
    assertThat(samples.labels().remaining()).isEqualTo(Samples.COUNT * 64);
    assertThat(samples.inputs().slice(1, 63)).isEqualTo(samples.labels().slice(0, 63));
  }

  @Test
  void aWaveHasAClass() {
    Samples samples = Samples.draw(network("lstm"), Samples.COUNT);
    assertThat(samples.inputType()).isEqualTo(ElementType.FLOAT32);
    assertThat(samples.inputs().remaining()).isEqualTo(Samples.COUNT * 64 * Float.BYTES);
    assertThat(samples.labels().asIntBuffer().remaining()).isEqualTo(Samples.COUNT);
  }

  @Test
  void networksOfOneSpecAreEqual() throws Exception {
    ComparedNetwork one = ComparedNetwork.of("lstm");
    ComparedNetwork other = ComparedNetwork.of("lstm");
    assertThat(other.samples()).isEqualTo(one.samples());
    assertThat(other.state().spec()).isEqualTo(one.state().spec());
    assertThat(other.state().data()).isEqualTo(one.state().data());
  }

  @Test
  void writesWhatParticipantsInPythonRead() throws Exception {
    ComparedNetwork network = ComparedNetwork.of("lstm");
    network.write(folder);
    assertThat(Files.readAllBytes(folder.resolve("inputs.bin")))
        .isEqualTo(network.samples().inputs().array());
    try (FileChannel file = FileChannel.open(folder.resolve("state.safetensors"))) {
      ModelState read = SafeTensors.read(file.map(MapMode.READ_ONLY, 0, file.size()));
      assertThat(read.data()).isEqualTo(network.state().data());
    }
  }

  @Test
  void rejectsAShapeWithoutSamples() {
    Network colors =
        Network.of(ModelSpec.load("mlp").withInput(new InputSpec(List.of(3, 28, 28), 1, 0)));
    assertThatThrownBy(() -> Samples.draw(colors, 1))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining(
            "no samples can be generated for spec mlp, whose input shape is [3, 28, 28]");
  }

  private static Network network(String spec) {
    return Network.of(ModelSpec.load(spec));
  }
}
