package dev.tidemill.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The parts of `bench gpu` that need no GPU. */
class GpuTest {

  @Test
  void findsCardsByTheirNamesPrefix() {
    assertThat(peak("NVIDIA H200")).isEqualTo(989.4e12);
    assertThat(peak("NVIDIA H200 NVL")).isEqualTo(835e12);
    assertThat(peak("NVIDIA A100-SXM4-80GB")).isEqualTo(312e12);
    assertThat(peak("NVIDIA L40S")).isEqualTo(362e12);
    assertThat(new Card("0", "NVIDIA A1000", "1").peak()).isEmpty();
  }

  @Test
  void theCpuHasNoCard() throws Exception {
    assertThat(Card.of("cpu")).isEqualTo(Optional.empty());
  }

  @Test
  void theTransformerHasMoreThanAHundredMillionParameters() {
    assertThat(network("transformer_large").parameterCount()).isEqualTo(152_729_856);
    assertThat(network("resnet18").parameterCount()).isEqualTo(11_172_810);
  }

  @Test
  void aTrainingStepCostsThreeForwardPasses() {
    Network network = network("resnet18");
    assertThat(Work.TRAINING.flops(network)).isEqualTo(3 * Work.INFERENCE.flops(network));
    // 0.56 billion multiply-adds, as papers count them.
    assertThat(Work.INFERENCE.flops(network) / 2).isBetween(0.54e9, 0.57e9);
  }

  @Test
  void hasSamplesOfTheShape() {
    assertThatThrownBy(() -> ModelSpec.load("resnet18")).hasMessageContaining("resnet18");
    assertThat(Samples.draw(network("resnet18"), 16).labels().remaining())
        .isEqualTo(16 * Integer.BYTES);
  }

  private static double peak(String card) {
    return new Card("0", card, "1").peak().orElseThrow();
  }

  private static Network network(String spec) {
    return Network.of(ModelSpec.parse(ComparedNetwork.packed(spec + ".yaml").orElseThrow()));
  }
}
