package dev.tidemill.engine.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Checks whether oneDNN computes correct convolutions on this CPU. oneDNN generates code for the
 * CPU, and on some newer CPUs its results are off by a percent or are NaN. So this class compares a
 * few convolutions and their gradients with the other implementation when libtorch is loaded.
 */
final class OneDnnCheck {
  private static final double CLOSE = 1e-4;

  /** Tolerance for BFLOAT16, which has 8 significant bits. */
  private static final double CLOSE_NARROWED = 0.05;

  private static final long IMAGES = 8;
  private static final long[] UNDILATED = {1, 1};
  private static final long[] UNPADDED = {0, 0};

  /** Channels in, channels out, kernel size, image size, stride. */
  private static final long[][] CONVOLUTIONS = {
    {1, 6, 5, 28, 1}, {3, 4, 3, 6, 1}, {6, 16, 5, 14, 1}, {16, 16, 3, 9, 2}, {32, 32, 3, 8, 1}
  };

  private OneDnnCheck() {}

  /** Runs the check in some milliseconds. libtorch must be loaded. */
  @SuppressWarnings("try") // The scope and the mode are only closed.
  static boolean passes() {
    try (PointerScope scope = new PointerScope();
        AutoGradMode on = new AutoGradMode(true)) {
      for (long[] sizes : CONVOLUTIONS) {
        if (!passes(sizes)) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean passes(long[] sizes) {
    Tensor x = ramp(IMAGES, sizes[0], sizes[3], sizes[3]);
    Tensor weight = ramp(sizes[1], sizes[0], sizes[2], sizes[2]);
    TensorOptional bias = new TensorOptional(ramp(sizes[1]));
    long[] kernel = {sizes[2], sizes[2]};
    long[] stride = {sizes[4], sizes[4]};
    Tensor expected = torch.thnn_conv2d(x, weight, kernel, bias, stride, UNPADDED);
    Tensor expectedGradient = gradient(expected, weight);
    Tensor found = torch.conv2d(x, weight, bias, stride, UNPADDED, UNDILATED, 1);
    Tensor narrowed =
        torch.conv2d(
            narrowed(x), narrowed(weight), new TensorOptional(), stride, UNPADDED, UNDILATED, 1);
    Tensor unbiased = torch.conv2d(x, weight, new TensorOptional(), stride, UNPADDED, UNDILATED, 1);
    return found.allclose(expected, CLOSE, CLOSE, false)
        && gradient(found, weight).allclose(expectedGradient, CLOSE, CLOSE, false)
        && narrowed
            .to(ScalarType.Float)
            .allclose(unbiased, CLOSE_NARROWED, CLOSE_NARROWED * sizes[0], false);
  }

  private static Tensor gradient(Tensor outputs, Tensor weight) {
    outputs.pow(new Scalar(2)).sum().backward();
    Tensor gradient = weight.grad().clone();
    weight.mutable_grad().zero_();
    // Normalizes it, because it grows with the number of products that it sums.
    return gradient.div(gradient.abs().max());
  }

  private static Tensor narrowed(Tensor values) {
    return values
        .detach()
        .to(ScalarType.BFloat16, false, false, new MemoryFormatOptional(MemoryFormat.ChannelsLast));
  }

  /** Values between -1 and 1, with different neighbors. */
  private static Tensor ramp(long... sizes) {
    Tensor values = torch.zeros(sizes);
    Tensor steps = torch.arange(new Scalar(values.numel())).mul(new Scalar(0.7)).sin();
    return steps.view(sizes).clone().set_requires_grad(true);
  }
}
