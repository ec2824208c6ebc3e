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
 * A convolution with one of two implementations. One computes image by image as matrix products,
 * without setup cost. oneDNN first reorders weights and images, and then is two to three times as
 * fast. The choice depends only on sizes, so a resumed run computes the same bits. libtorch's own
 * switch is not used, because it affects the whole process, including steps of other models.
 */
final class Convolution implements Layer {
  /** The most multiplications, over all images, for which oneDNN's reordering does not pay off. */
  static final long MAX_DIRECT_PRODUCTS = 1 << 21;

  /** The most images with one channel, for which oneDNN has no channels to reorder. */
  static final long MAX_DIRECT_IMAGES = 32;

  private static final long[] UNDILATED = {1, 1};

  private final MemoryFormatOptional channelsLastFormat =
      new MemoryFormatOptional(MemoryFormat.ChannelsLast);

  private final Tensor weight;
  private final TensorOptional bias;
  private final boolean alwaysOneDnn;
  private final boolean channelsLast;
  private final long maxDirect;
  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;

  /**
   * @param outputShape of one image: channels, rows, columns
   * @param channelsLast the memory format of images, see {@link Placement#isChannelsLast}
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
    long positions = (long) outputShape.get(1) * outputShape.get(2);
    maxDirect =
        weight.size(1) == 1
            ? MAX_DIRECT_IMAGES
            : MAX_DIRECT_PRODUCTS / (weight.numel() * positions);
    alwaysOneDnn = placement.isBfloat16() || placement.isCuda();
    kernel = Sizes.of(spec.kernelSize());
    stride = Sizes.of(spec.stride());
    padding = Sizes.of(spec.padding());
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    if (channelsLast) {
      return torch.conv2d(
          toChannelsLast(x), toChannelsLast(weight), bias, stride, padding, UNDILATED, 1);
    }
    return x.size(0) <= maxDirect && !alwaysOneDnn
        ? torch.thnn_conv2d(x, weight, kernel, bias, stride, padding)
        : torch.conv2d(x, weight, bias, stride, padding, UNDILATED, 1);
  }

  /** Converts to BFLOAT16 and channels-last, if the tensor is not so already. */
  private Tensor toChannelsLast(Tensor tensor) {
    return tensor.to(ScalarType.BFloat16, false, false, channelsLastFormat);
  }
}
