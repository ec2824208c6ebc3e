package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SpecTemplateTest {
  private static final String OPEN =
      """
      name: open
      layers:
        - {type: linear, name: fc1, out_features: 8}
        - {type: linear, name: fc2, out_features: auto}
      loss: cross_entropy
      optimizer: {type: sgd}
      """;

  private static SampleFormat table(int features, int classes) {
    return new SampleFormat(
        Optional.of(List.of(features)),
        OptionalDouble.of(1),
        OptionalInt.of(classes),
        Optional.empty());
  }

  @Test
  void mlpFollowsTheData() {
    SpecTemplate mlp = SpecTemplate.load("mlp");
    ModelSpec spec = mlp.resolve(table(4, 3));
    assertThat(spec.input()).isEqualTo(new InputSpec(List.of(4), 1, 0));
    assertThat(Network.of(spec).outputLength()).isEqualTo(3);
    assertThat(mlp.withoutData()).contains(ModelSpec.load("mlp"));
    assertThat(ModelSpec.load("mlp").input())
        .isEqualTo(new InputSpec(List.of(1, 28, 28), 0.00392156862745098, 0));
  }

  @Test
  void whatIsSetStaysFixed() {
    SpecTemplate fixed =
        SpecTemplate.load("mlp")
            .withInput(new InputSpec(List.of(64), 1, 0))
            .withOutputs(5)
            .withOverrides(Map.of("batch-size", "7", "seed", "3"));
    ModelSpec spec = fixed.resolve(table(4, 3));
    assertThat(spec)
        .isEqualTo(
            ModelSpec.load("mlp")
                .withInput(new InputSpec(List.of(64), 1, 0))
                .withOutputs(5)
                .withOverrides(Map.of("batch-size", "7", "seed", "3")));
    assertThat(fixed.adaptsInput()).isFalse();
    assertThat(fixed.adaptsOutputs()).isFalse();
    ModelSpec lenet = ModelSpec.load("lenet");
    assertThat(SpecTemplate.of(lenet).resolve(table(4, 3))).isEqualTo(lenet);
  }

  @Test
  void sizesWithoutDefaultNeedData() {
    SpecTemplate open = SpecTemplate.parse(OPEN);
    assertThat(open.adaptsInput()).isTrue();
    assertThat(open.adaptsOutputs()).isTrue();
    assertThat(open.withoutData()).isEmpty();
    assertThat(open.resolve(table(4, 3)).input().shape()).containsExactly(4);
    assertThatThrownBy(() -> open.resolve(SampleFormat.UNKNOWN))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("input: shape follows from the data contract")
        .hasMessageContaining("layers[1]: out_features follows from the data contract");
  }

  @Test
  void refusesFaultsAtOnce() {
    assertThatThrownBy(() -> SpecTemplate.load("mlp").withOverrides(Map.of("seed", "x")))
        .hasMessageContaining("seed must be an integer");
    assertThatThrownBy(() -> SpecTemplate.load("lenet").withInput(new InputSpec(List.of(64), 1, 0)))
        .hasMessageContaining("conv1");
    assertThatThrownBy(
            () ->
                SpecTemplate.parse(OPEN.replace("out_features: 8", "out_features: auto"))
                    .resolve(table(4, 3)))
        .hasMessageContaining("fc1 (linear): out_features must be an integer");
    assertThatThrownBy(() -> SpecTemplate.parse("[1]")).hasMessageContaining("must be a mapping");
  }

  @Test
  void growsOnlyTheLastLayer() {
    ModelSpec small = SpecTemplate.load("mlp").resolve(table(4, 3));
    ModelState trained = ModelState.initial(small, 5);
    for (StateLayout.Slice slice : trained.layout().slices()) {
      for (int i = 0; i < slice.length(); i++) {
        trained.data(slice).putFloat(i * Float.BYTES, (float) (slice.offset() + i));
      }
    }
    trained.contract(2);
    ModelSpec large = small.withOutputs(5);
    ModelState grown = ModelGrowth.grow(trained, large);
    ModelState fresh = ModelState.initial(large, 5);
    assertThat(grown.counters()).isEqualTo(trained.counters());
    assertThat(grown.contract()).isEqualTo(2);
    for (StateLayout.Slice slice : grown.layout().slices()) {
      long kept = trained.layout().slice(slice.name()).length();
      boolean grows = slice.name().contains("fc2.");
      assertThat(kept < slice.length()).as(slice.name()).isEqualTo(grows);
      for (int i = 0; i < slice.length(); i++) {
        ModelState from = i < kept ? trained : fresh;
        assertThat(grown.data(slice).getFloat(i * Float.BYTES))
            .as(slice.name() + " " + i)
            .isEqualTo(from.data(from.layout().slice(slice.name())).getFloat(i * Float.BYTES));
      }
    }
    assertThat(grown.data(grown.layout().slice("optimizer.exp_avg.fc2.bias")).getFloat(4 * 4))
        .isZero();
  }

  /** Class weights need the number of classes, which only the data tells. */
  @Test
  void classWeightsFitTheDataAndNotTheDefault() {
    for (String open : List.of("auto", "{auto: 10}")) {
      SpecTemplate weighted =
          SpecTemplate.parse(
              OPEN.replace("out_features: auto", "out_features: " + open)
                  .replace("name: open", "name: open\ninput: {shape: [4]}")
                  .replace(
                      "loss: cross_entropy",
                      "loss: {type: cross_entropy, class_weights: [1, 2, 3]}"));
      assertThat(weighted.resolve(table(4, 3)).loss().classWeights())
          .containsExactly(1.0, 2.0, 3.0);
      assertThat(Network.of(weighted.withoutData().orElseThrow()).outputLength()).isEqualTo(3);
      assertThatThrownBy(() -> weighted.resolve(table(4, 5)))
          .isInstanceOf(InvalidSpecException.class)
          .hasMessageContaining("the network has 5 classes, got 3 numbers");
    }
  }

  @Test
  void emptyListOfClassWeightsIsAFault() {
    assertThatThrownBy(
            () ->
                SpecTemplate.parse(
                    OPEN.replace("out_features: auto", "out_features: {auto: 10}")
                        .replace("name: open", "name: open\ninput: {shape: [4]}")
                        .replace(
                            "loss: cross_entropy",
                            "loss: {type: cross_entropy, class_weights: []}")))
        .hasMessageContaining("class_weights must be balanced, or a list");
  }
}
