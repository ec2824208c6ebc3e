package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class LossSpecTest {
  private static final String SPEC =
      """
      name: m
      input: {shape: [4]}
      layers: [{type: linear, out_features: 3}]
      loss: %s
      optimizer: {type: sgd}
      """;

  @Test
  void readsTheArgumentsOfCrossEntropy() {
    assertThat(loss("{type: cross_entropy, label_smoothing: 0.1, class_weights: [1, 2.5, 3]}"))
        .isEqualTo(new LossSpec(LossType.CROSS_ENTROPY, 0.1, List.of(1.0, 2.5, 3.0), false));
    assertThat(loss("{type: cross_entropy, class_weights: balanced}"))
        .isEqualTo(new LossSpec(LossType.CROSS_ENTROPY, 0, List.of(), true));
  }

  @Test
  void lossWithoutArgumentsIsItsName() {
    assertThat(loss("{type: cross_entropy, label_smoothing: 0}")).isEqualTo(loss("cross_entropy"));
    assertThat(loss("{type: mse}")).isEqualTo(LossSpec.of(LossType.MSE));
    assertThat(spec("{type: cross_entropy}").toYaml()).contains("\nloss: cross_entropy\n");
  }

  @Test
  void argumentsRoundTripThroughYaml() {
    for (String loss :
        List.of(
            "{type: cross_entropy, label_smoothing: 0.1}",
            "{type: cross_entropy, class_weights: [1.0, 2.5, 3.0]}",
            "{type: cross_entropy, label_smoothing: 0.25, class_weights: balanced}")) {
      ModelSpec spec = spec(loss);
      assertThat(ModelSpec.parse(spec.toYaml())).isEqualTo(spec);
    }
  }

  @Test
  void rejectsArgumentsOutOfRange() {
    assertThat(faults("{type: cross_entropy, label_smoothing: 1, class_weights: [1, 0, 2]}"))
        .containsExactly(
            "loss: label_smoothing must be a number of at least 0 and below 1, got 1",
            "loss: class_weights must be balanced, or a list of positive FLOAT32 numbers, one for"
                + " each class, got [1, 0, 2]");
    String list = "loss: class_weights must be balanced, or a list of positive FLOAT32 numbers,";
    for (String weights :
        List.of("[]", "3", "balance", "[1, x, 2]", "[1, 1e-50, 1]", "[1, 1e39]")) {
      assertThat(faults("{type: cross_entropy, class_weights: " + weights + "}"))
          .singleElement()
          .asString()
          .startsWith(list);
    }
  }

  @Test
  void needsAWeightForEachClass() {
    assertThat(faults("{type: cross_entropy, class_weights: [1, 2]}"))
        .containsExactly(
            "loss: class_weights must have a number for each class: the network has 3 classes, got"
                + " 2 numbers");
    assertThatThrownBy(() -> spec("{type: cross_entropy, class_weights: [1, 2, 3]}").withOutputs(4))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("the network has 4 classes, got 3 numbers");
  }

  @Test
  void rejectsArgumentsOfCrossEntropyForMse() {
    assertThat(faults("{type: mse, label_smoothing: 0.1, class_weights: balanced}"))
        .containsExactly(
            "loss: label_smoothing is only for cross_entropy, got a loss of type mse",
            "loss: class_weights is only for cross_entropy, got a loss of type mse");
  }

  @Test
  void rejectsUnknownLossesAndKeys() {
    assertThat(faults("{type: cross_entropi}"))
        .containsExactly("loss: unknown type 'cross_entropi'; did you mean 'cross_entropy'?");
    assertThat(faults("{label_smoothing: 0.1}"))
        .containsExactly("loss: type is missing; known: cross_entropy, mse");
    assertThat(faults("{type: cross_entropy, label_smooth: 0.1}"))
        .containsExactly("loss: unknown key 'label_smooth'; did you mean 'label_smoothing'?");
    assertThat(faults("[cross_entropy]"))
        .containsExactly("spec: loss must be one of cross_entropy, mse, got [cross_entropy]");
  }

  /** The numbers of scikit-learn's {@code class_weight='balanced'}: n / (K count). */
  @Test
  void balancedWeightsFollowFromTheCounts() {
    LossSpec balanced =
        loss("{type: cross_entropy, label_smoothing: 0.1, class_weights: balanced}");
    assertThat(balanced.balancedBy(60, 30, 10))
        .isEqualTo(
            new LossSpec(
                LossType.CROSS_ENTROPY, 0.1, List.of(100 / 180.0, 100 / 90.0, 100 / 30.0), false));
    LossSpec plain = loss("cross_entropy");
    assertThat(plain.balancedBy(60, 30, 10)).isSameAs(plain);
    assertThat(plain.balancedBy()).isSameAs(plain);
  }

  @Test
  void balancedNeedsCounts() {
    LossSpec balanced = loss("{type: cross_entropy, class_weights: balanced}");
    assertThat(balanced.balancedBy(60, 0, 10).classWeights())
        .as("a class that was appended later")
        .containsExactly(70 / 120.0, 1.0, 70 / 20.0);
    assertThatThrownBy(balanced::balancedBy)
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage(
            "loss: class_weights: balanced needs the number of labels of each class, which is not"
                + " known here; write a list of numbers, one for each class");
  }

  private static LossSpec loss(String loss) {
    return spec(loss).loss();
  }

  private static ModelSpec spec(String loss) {
    return ModelSpec.parse(SPEC.formatted(loss));
  }

  private static List<String> faults(String loss) {
    return catchThrowableOfType(InvalidSpecException.class, () -> spec(loss)).faults();
  }
}
