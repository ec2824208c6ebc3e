package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution, by one of two ways: image by image as matrix products, which begins at once, or by
 * oneDNN, which first arranges weights and images and then is faster, and alone takes BFLOAT16.
 * Which one follows from the number of samples alone, so that a resumed run computes the same bits;
 * libtorch's own switch is the whole process's, and another model's thread could be in the middle
 * of a step.
 */
final class Convolution implements Layer {
  /** Most samples that are computed image by image. */
  static final int FEW = 16;

  private static final long[] UNDILATED = {1, 1};

  private final Tensor weight;
  private final TensorOptional bias;
  private final boolean narrow;
  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;

  Convolution(LayerSpec.Conv2d spec, Tensor weight, TensorOptional bias, Placement placement) {
    this.weight = weight;
    this.bias = bias;
    narrow = placement.isNarrow() || placement.isCuda();
    kernel = Sizes.of(spec.kernelSize());
    stride = Sizes.of(spec.stride());
    padding = Sizes.of(spec.padding());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.size(0) <= FEW && !narrow
        ? torch.thnn_conv2d(x, weight, kernel, bias, stride, padding)
        : torch.conv2d(x, weight, bias, stride, padding, UNDILATED, 1);
  }
}
