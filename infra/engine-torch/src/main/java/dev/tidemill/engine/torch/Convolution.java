package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import java.util.List;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A convolution, by one of two ways: image by image as matrix products, which begins at once, or by
 * oneDNN, which first arranges weights and images and then is two to three times as fast. Which one
 * follows from sizes alone, so that a resumed run computes the same bits; libtorch's own switch is
 * the whole process's, and another model's thread could be in the middle of a step.
 */
final class Convolution implements Layer {
  /** Most multiplications, of all images, for which oneDNN's arranging costs more than it saves. */
  static final long FEW_PRODUCTS = 1 << 21;

  /** Most images of one channel, of which oneDNN has nothing to put side by side. */
  static final long FEW_OF_ONE_CHANNEL = 32;

  private static final long[] UNDILATED = {1, 1};

  private final MemoryFormatOptional side = new MemoryFormatOptional(MemoryFormat.ChannelsLast);

  private final Tensor weight;
  private final TensorOptional bias;
  private final boolean whole;
  private final boolean channelsLast;
  private final long few;
  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;

  /**
   * @param outputShape of an image: channels, rows, columns
   * @param channelsLast how images lie, {@link Placement#isChannelsLast}
   */
  Convolution(
      LayerSpec.Conv2d spec,
      List<Integer> outputShape,
      Tensor weight,
      TensorOptional bias,
      Placement placement,
      boolean channelsLast) {
    this.channelsLast = channelsLast;
    this.weight = weight;
    this.bias = bias;
    long places = (long) outputShape.get(1) * outputShape.get(2);
    few = weight.size(1) == 1 ? FEW_OF_ONE_CHANNEL : FEW_PRODUCTS / (weight.numel() * places);
    whole = placement.isNarrow() || placement.isCuda();
    kernel = Sizes.of(spec.kernelSize());
    stride = Sizes.of(spec.stride());
    padding = Sizes.of(spec.padding());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    if (channelsLast) {
      return torch.conv2d(last(x), last(weight), bias, stride, padding, UNDILATED, 1);
    }
    return x.size(0) <= few && !whole
        ? torch.thnn_conv2d(x, weight, kernel, bias, stride, padding)
        : torch.conv2d(x, weight, bias, stride, padding, UNDILATED, 1);
  }

  /** Narrowed, and with channels side by side; itself where it is so. */
  private Tensor last(Tensor of) {
    return of.to(ScalarType.BFloat16, false, false, side);
  }
}
