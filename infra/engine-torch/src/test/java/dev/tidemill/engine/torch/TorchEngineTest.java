package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.UnsupportedOptionException;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TorchEngineTest {
  private final Engine engine = new TorchEngine();

  @Test
  void listsTheCpuFirst() {
    assertThat(engine.devices()).startsWith("cpu").hasSize(1 + torch.cuda_device_count());
  }

  @Test
  void rejectsANonDeterministicGpu() {
    assumeThat(System.getenv("CUBLAS_WORKSPACE_CONFIG")).isNull();
    assertThatThrownBy(NativeLibraries::loadForCuda)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CUBLAS_WORKSPACE_CONFIG is null in the environment");
  }

  @Test
  void explainsWhyAGpuIsMissing() {
    assertThatThrownBy(() -> engine.on("cuda:77", Precision.FLOAT32))
        .isInstanceOf(UnsupportedOptionException.class)
        .hasMessageContaining("engine torch has no device cuda:77; available: " + engine.devices())
        .hasMessageMatching(".*has no device cuda:77; available: \\[.*]: \\S.*");
    assertThatThrownBy(() -> engine.on("gpu", Precision.BFLOAT16))
        .hasMessageContaining("the name of a GPU is cuda:0");
  }
}
