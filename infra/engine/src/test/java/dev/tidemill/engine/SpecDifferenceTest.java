package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecDifferenceTest {
  private final ModelSpec lenet = ModelSpec.load("lenet");

  @Test
  void equalSpecsHaveNoDifference() {
    assertThat(SpecDifference.between(lenet, ModelSpec.parse(lenet.toYaml())))
        .isEqualTo(new SpecDifference(java.util.List.of(), java.util.List.of()));
  }

  @Test
  void refusesAnotherNetworkAndNamesTheLayer() {
    SpecDifference difference = SpecDifference.between(lenet, lenet.withOutputs(26));
    assertThat(difference.allowed()).isFalse();
    assertThat(difference.refusals())
        .containsExactly(
            "layers[11]: {type: linear, name: fc3, out_features: 10, bias: true} -> {type: linear,"
                + " name: fc3, out_features: 26, bias: true}");
  }

  @Test
  void allowsChangesOfTrainingSettings() {
    ModelSpec asked =
        lenet
            .withOverrides(Map.of("learning-rate", "0.001", "batch-size", "32", "seed", "5"))
            .withSchedule(new ScheduleSpec.Step(100, 0.5, 0));
    SpecDifference difference = SpecDifference.between(lenet, asked);
    assertThat(difference.allowed()).isTrue();
    assertThat(difference.changes())
        .containsExactly(
            "optimizer.learning_rate: 0.01 -> 0.001",
            "schedule.gamma: none -> 0.5",
            "schedule.step_size: none -> 100",
            "schedule.type: constant -> step",
            "training.batch_size: 64 -> 32",
            "training.seed: 1 -> 5 (ignored: training continues with the lineage's seed)");
  }

  @Test
  void allowsOtherArgumentsOfTheLoss() {
    LossSpec asked = new LossSpec(LossType.CROSS_ENTROPY, 0.1, java.util.List.of(), false);
    SpecDifference difference = SpecDifference.between(lenet, lenet.withLoss(asked));
    assertThat(difference.allowed()).isTrue();
    assertThat(difference.changes()).containsExactly("loss.label_smoothing: none -> 0.1");
  }

  @Test
  void refusesAnotherLoss() {
    SpecDifference difference =
        SpecDifference.between(lenet, lenet.withLoss(LossSpec.of(LossType.MSE)));
    assertThat(difference.refusals()).containsExactly("loss: cross_entropy -> mse");
  }

  @Test
  void refusesAnOptimizerWithOtherState() {
    SpecDifference difference =
        SpecDifference.between(lenet, lenet.withOverrides(Map.of("optimizer", "adam")));
    assertThat(difference.refusals())
        .containsExactly(
            "optimizer adam has the state [exp_avg, exp_avg_sq]; the lineage's optimizer, sgd, has"
                + " [momentum_buffer]");
  }

  @Test
  void namesTheLayerThatDiffersInABlock() {
    String resnet = ModelSpec.load("resnet").toYaml();
    ModelSpec asked =
        ModelSpec.parse(
            resnet.replaceFirst(
                "shortcut: \\[\\{type: conv2d, name: conv,",
                "shortcut: [{type: conv2d, name: aside,"));
    assertThat(SpecDifference.between(ModelSpec.load("resnet"), asked).refusals())
        .singleElement()
        .asString()
        .startsWith("layers[5].shortcut[0]: {type: conv2d, name: conv,")
        .contains("-> {type: conv2d, name: aside,");
  }

  @Test
  void allowsChangesOfMemorySettings() {
    String text =
        lenet
            .toYaml()
            .replace("weight_decay: 0}", "weight_decay: 0, state_dtype: bfloat16}")
            .replace("seed: 1}", "seed: 1, micro_batch_size: 8, activation_checkpointing: true}");
    SpecDifference difference = SpecDifference.between(lenet, ModelSpec.parse(text));
    assertThat(difference.allowed()).isTrue();
    assertThat(difference.changes())
        .containsExactly(
            "optimizer.state_dtype: none -> bfloat16",
            "training.activation_checkpointing: none -> true",
            "training.micro_batch_size: none -> 8");
  }
}
