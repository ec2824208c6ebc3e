package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.LayerSpec.MaxPool2d;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares values and gradients with libtorch's max pooling. */
// Native scopes are only closed.
@SuppressWarnings("try")
class MaxPoolTest {
  private static final long SAMPLES = MaxPool.MIN_OUTPUTS;
  private static final long[] UNDILATED = {1, 1};

  @BeforeAll
  static void load() {
    NativeLibraries.load();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kernel_size: 2",
        "kernel_size: 3, stride: 2",
        "kernel_size: [2, 3], stride: [3, 1]",
        "kernel_size: 2, stride: 3",
        "kernel_size: 1, stride: 2",
        "kernel_size: 3, stride: 2, padding: 1",
        "kernel_size: [2, 5], stride: 1",
      })
  void matchesValuesAndGradients(String window) {
    try (PointerScope scope = new PointerScope()) {
      // With few distinct values, most windows contain the maximum more than once.
      Tensor values = torch.rand(SAMPLES, 2, 7, 8).mul(new Scalar(4)).floor();
      assertAlike(window, values);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel_size: 2", "kernel_size: 3, stride: 2"})
  void matchesWithInfiniteValues(String window) {
    try (PointerScope scope = new PointerScope()) {
      Tensor drawn = torch.rand(SAMPLES, 2, 7, 8);
      Scalar least = new Scalar(Float.NEGATIVE_INFINITY);
      Tensor values = drawn.masked_fill(drawn.lt(new Scalar(0.9)), least);
      assertThat(libtorchs(window, values).eq(least).any().item_bool()).isTrue();
      assertAlike(window, values);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel_size: 2", "kernel_size: 3, stride: 2"})
  void matchesInBfloat16(String window) {
    try (PointerScope scope = new PointerScope()) {
      Tensor drawn = torch.rand(SAMPLES, 2, 7, 8).mul(new Scalar(4)).floor();
      assertAlike(window, drawn.to(ScalarType.BFloat16));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kernel_size: 2", "kernel_size: 3, stride: 2"})
  void nanIsTheMaximum(String window) {
    try (PointerScope scope = new PointerScope()) {
      Tensor drawn = torch.rand(SAMPLES, 2, 7, 8);
      Tensor values = drawn.masked_fill(drawn.lt(new Scalar(0.1)), new Scalar(Float.NaN));
      Tensor found = layer(window).forward(values, ForwardContext.EVAL);
      assertThat(found.isnan().any().item_bool()).isTrue();
      assertSame(found, libtorchs(window, values));
      values.set_requires_grad(true);
      assertSame(layer(window).forward(values, ForwardContext.EVAL), libtorchs(window, values));
    }
  }

  private static void assertAlike(String window, Tensor values) {
    Tensor expected = libtorchs(window, values);
    assertSame(layer(window).forward(values, ForwardContext.EVAL), expected);
    Tensor ours = leaf(values);
    Tensor theirs = leaf(values);
    Tensor found = layer(window).forward(ours, ForwardContext.EVAL);
    assertSame(found, expected);
    // Sums of small integers are exact, also in BFLOAT16.
    Tensor weights = torch.rand(expected.sizes()).mul(new Scalar(9)).floor().sub(new Scalar(4));
    // Skips non-finite outputs: a NaN gradient would equal any other.
    Tensor finite = expected.isfinite();
    found.masked_select(finite).mul(weights.masked_select(finite)).sum().backward();
    libtorchs(window, theirs)
        .masked_select(finite)
        .mul(weights.masked_select(finite))
        .sum()
        .backward();
    assertThat(torch.allclose(ours.grad(), theirs.grad(), 1e-6, 1e-6, false)).isTrue();
  }

  private static Tensor leaf(Tensor values) {
    return values.detach().clone().set_requires_grad(true);
  }

  private static void assertSame(Tensor found, Tensor expected) {
    assertThat(found.sizes().vec().get()).isEqualTo(expected.sizes().vec().get());
    assertThat(torch.allclose(found, expected, 0, 0, true)).isTrue();
  }

  private static Tensor libtorchs(String window, Tensor values) {
    MaxPool2d spec = (MaxPool2d) layerOf(window).spec();
    return torch.max_pool2d(
        values,
        Sizes.of(spec.kernelSize()),
        Sizes.of(spec.stride()),
        Sizes.of(spec.padding()),
        UNDILATED,
        false);
  }

  private static Layer layer(String window) {
    Network.Layer layer = layerOf(window);
    return new MaxPool((LayerSpec.MaxPool2d) layer.spec(), layer);
  }

  private static Network.Layer layerOf(String window) {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: pooled
            input: {shape: [2, 7, 8]}
            layers:
              - {type: max_pool2d, %s}
              - {type: flatten}
              - {type: linear, name: fc, out_features: 2}
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.1}
            training: {batch_size: 1}
            """
                .formatted(window));
    List<Network.Layer> layers = Network.of(spec).layers();
    return layers.get(0);
  }
}
