package dev.tidemill.benchmarks.memory;

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
  void aTextsNextBytesAreTheLabelsOfItsBytes() {
    Samples samples = Samples.drawn(network("transformer"));
    assertThat(samples.labels().remaining()).isEqualTo(Samples.COUNT * 64);
    assertThat(samples.inputs().slice(1, 63)).isEqualTo(samples.labels().slice(0, 63));
  }

  @Test
  void aWaveHasAClass() {
    Samples samples = Samples.drawn(network("lstm"));
    assertThat(samples.inputType()).isEqualTo(ElementType.FLOAT32);
    assertThat(samples.inputs().remaining()).isEqualTo(Samples.COUNT * 64 * Float.BYTES);
    assertThat(samples.labels().asIntBuffer().remaining()).isEqualTo(Samples.COUNT);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    ComparedNetwork given = ComparedNetwork.of("lstm");
    given.write(folder);
    ComparedNetwork read = ComparedNetwork.read(folder);
    assertThat(read.samples()).isEqualTo(given.samples());
    assertThat(read.begin().spec()).isEqualTo(given.begin().spec());
  }

  @Test
  void aShapeThatNothingIsMadeUpForIsRefused() {
    Network colors =
        Network.of(ModelSpec.load("mlp").withInput(new InputSpec(List.of(3, 28, 28), 1, 0)));
    assertThatThrownBy(() -> Samples.drawn(colors))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("no samples can be made up for spec mlp: it takes [3, 28, 28]");
  }

  private static Network network(String spec) {
    return Network.of(ModelSpec.load(spec));
  }
}
