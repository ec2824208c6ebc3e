package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks which batches are split. */
class MicroBatchesTest {
  private static final int SAMPLES = 70;

  @Test
  void splitsAttentionOnACpu() {
    assertThat(parts(ModelSpec.load("transformer"), Placement.CPU)).containsExactly(32, 32, 6);
  }

  @Test
  void doesNotSplitAttentionOnAGpu() {
    Placement device = new Placement(Placement.cuda(0), Precision.FLOAT32);
    assertThat(parts(ModelSpec.load("transformer"), device)).containsExactly(SAMPLES);
  }

  @Test
  void doesNotSplitOtherNetworks() {
    assertThat(parts(ModelSpec.load("lstm"), Placement.CPU)).containsExactly(SAMPLES);
    assertThat(parts(ModelSpec.load("lenet"), Placement.CPU)).containsExactly(SAMPLES);
  }

  @Test
  void usesTheMicroBatchSizeOfTheSpec() {
    String yaml = ModelSpec.load("transformer").toYaml();
    ModelSpec asking = ModelSpec.parse(yaml.replace("seed: 1", "seed: 1, micro_batch_size: 20"));
    assertThat(parts(asking, Placement.CPU)).containsExactly(20, 20, 20, 10);
  }

  @Test
  void longSampleIsItsOwnMicroBatch() {
    String yaml = ModelSpec.load("transformer").toYaml();
    ModelSpec longer = ModelSpec.parse(yaml.replace("shape: [64]", "shape: [4096]"));
    assertThat(parts(longer, Placement.CPU)).hasSize(SAMPLES).containsOnly(1);
  }

  private static List<Integer> parts(ModelSpec spec, Placement placement) {
    TensorBatch batch = new TensorBatch();
    ByteBuffer none = ByteBuffer.allocate(0);
    batch.add(ElementType.UINT8, none, 1, 0, ElementType.UINT8, none, 0, SAMPLES);
    List<Integer> sizes = new ArrayList<>();
    MicroBatches.of(Network.of(spec), placement).forEach(batch, part -> sizes.add(part.size()));
    return sizes;
  }
}
