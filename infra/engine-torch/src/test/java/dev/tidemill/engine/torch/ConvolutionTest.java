package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Precision;
import dev.tidemill.engine.Size2d;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;

// Native scopes are only closed.
@SuppressWarnings("try")
class ConvolutionTest {
  private static final Placement NARROW = new Placement("cpu", Precision.BFLOAT16);
  private static final List<Integer> OUTPUTS = List.of(4, 6, 6);
  private static final LayerSpec.Conv2d SPEC =
      new LayerSpec.Conv2d("conv", 4, new Size2d(3, 3), new Size2d(1, 1), new Size2d(1, 1), true);

  @Test
  void channelsLastMatchesUpToRounding() {
    NativeLibraries.load();
    try (PointerScope scope = new PointerScope()) {
      Tensor x = ramp(2, 3, 6, 6);
      Tensor weight = ramp(4, 3, 3, 3);
      TensorOptional bias = new TensorOptional(ramp(4));
      Tensor rows = computed(x, weight, bias, false);
      Tensor rowsGradient = weight.grad().clone();
      weight.mutable_grad().zero_();
      Tensor sides = computed(x, weight, bias, true);
      assertThat(rows.is_contiguous(MemoryFormat.ChannelsLast)).isFalse();
      assertThat(sides.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
      assertThat(sides.allclose(rows, 0.01, 0.01, false)).isTrue();
      assertThat(weight.grad().allclose(rowsGradient, 0.01, 0.01, false)).isTrue();
      assertThat(rowsGradient.abs().sum().item_double()).isPositive();
    }
  }

  /** Compares oneDNN, which computes many images, with the direct implementation for one. */
  @Test
  void oneDnnMatchesTheDirectImplementation() {
    NativeLibraries.load();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor weight = ramp(4, 3, 3, 3);
      TensorOptional bias = new TensorOptional(ramp(4));
      Layer layer = new Convolution(SPEC, OUTPUTS, weight, bias, Placement.CPU, false);
      long many = Convolution.MAX_DIRECT_PRODUCTS / (weight.numel() * 36) + 1;
      Tensor x = ramp(many, 3, 6, 6);
      Tensor last = x.narrow(0, many - 1, 1);
      Tensor found = layer.forward(x, ForwardContext.EVAL).narrow(0, many - 1, 1);
      Tensor expected = layer.forward(last, ForwardContext.EVAL);
      assertThat(found.allclose(expected, 1e-5, 1e-5, false)).isTrue();
    }
  }

  /** Values between -1 and 1, with different neighbors. */
  private static Tensor ramp(long... sizes) {
    Tensor values = torch.zeros(sizes);
    Tensor steps = torch.arange(new Scalar(values.numel())).mul(new Scalar(0.7)).sin();
    return steps.view(sizes).clone().set_requires_grad(true);
  }

  private static Tensor computed(Tensor x, Tensor weight, TensorOptional bias, boolean last) {
    Convolution convolution = new Convolution(SPEC, OUTPUTS, weight, bias, NARROW, last);
    Tensor outputs = Autocast.run(NARROW, convolution, x, new ForwardContext(true, 1, 0, 0, false));
    Autocast.toFloat32(outputs).pow(new Scalar(2)).sum().backward();
    return outputs;
  }
}
