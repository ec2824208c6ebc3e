package dev.tidemill.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.InputSpec;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
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
  void readsWhatItWrote() throws Exception {
    ComparedNetwork given = ComparedNetwork.of("lstm");
    given.write(folder);
    ComparedNetwork read = ComparedNetwork.read(folder);
    assertThat(read.samples()).isEqualTo(given.samples());
    assertThat(read.state().spec()).isEqualTo(given.state().spec());
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
