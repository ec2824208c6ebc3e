package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Max pooling. libtorch's CPU kernel branches at each value, and every other branch is
 * mispredicted. So large inputs are pooled by comparing whole tensors, first along rows, then along
 * columns. Among equal values, the gradient goes to the first one in memory order, as in libtorch.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class MaxPool implements Layer {
  /** From this many outputs, comparing tensors pays off: each call costs microseconds. */
  static final long MIN_OUTPUTS = 1 << 12;

  /**
   * The largest window, in values, for comparing tensors: each value is a pass over the outputs.
   */
  static final long MAX_WINDOW = 9;

  private static final long[] UNDILATED = {1, 1};

  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;
  private final long[] outputs;
  private final long rowLength;
  private final Scalar nextColumn = new Scalar(1);
  private final Scalar nextRow;
  private final Tensor windowStarts;

  /** Must be created in the native scope of the state. */
  MaxPool(LayerSpec.MaxPool2d spec, Network.Layer layer) {
    kernel = Sizes.of(spec.kernelSize());
    stride = Sizes.of(spec.stride());
    padding = Sizes.of(spec.padding());
    rowLength = layer.inputShape().get(2);
    outputs = new long[] {layer.outputShape().get(1), layer.outputShape().get(2)};
    nextRow = new Scalar(rowLength - kernel[1] + 1);
    windowStarts =
        starts(outputs[0], stride[0] * rowLength).view(-1, 1).add(starts(outputs[1], stride[1]));
  }

  private static Tensor starts(long count, long distance) {
    return torch.arange(new Scalar(count)).to(ScalarType.Long).mul(new Scalar(distance));
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    long values = x.size(0) * x.size(1) * outputs[0] * outputs[1];
    boolean few = values < MIN_OUTPUTS || kernel[0] * kernel[1] > MAX_WINDOW;
    if (x.is_cuda() || padding[0] + padding[1] > 0 || few) {
      return torch.max_pool2d(x, kernel, stride, padding, UNDILATED, false);
    }
    if (!x.requires_grad()) {
      return largest(x);
    }
    Tensor known = x.detach();
    Tensor largest = largest(known);
    Tensor picked = x.flatten(2, -1).gather(2, indices(known, largest).flatten(2, -1));
    // NaN counts as the maximum, wherever it is in the window.
    picked.detach().copy_(largest.flatten(2, -1));
    return picked.view(largest.sizes());
  }

  private Tensor largest(Tensor x) {
    return largest(3, largest(2, x));
  }

  private Tensor largest(int dim, Tensor x) {
    Tensor largest = window(x, dim, 0);
    for (long i = 1; i < kernel[dim - 2]; i++) {
      largest = torch.maximum(largest, window(x, dim, i));
    }
    return largest;
  }

  /** Selects the value at one index of each window along a dimension. */
  private Tensor window(Tensor x, int dim, long at) {
    long end = at + (outputs[dim - 2] - 1) * stride[dim - 2] + 1;
    return x.slice(dim, new LongOptional(at), new LongOptional(end), stride[dim - 2]);
  }

  /**
   * Returns the index of the first maximum of each window, within its plane. It goes through each
   * window backwards. At each value it adds the step to the next value, and resets the sum at a
   * maximum. So the sum ends as the distance from the window's start to its first maximum.
   */
  private Tensor indices(Tensor x, Tensor largest) {
    Tensor distance = torch.zeros(largest.sizes(), new TensorOptions(ScalarType.Float));
    for (long row = kernel[0] - 1; row >= 0; row--) {
      Tensor values = window(x, 2, row);
      for (long column = kernel[1] - 1; column >= 0; column--) {
        if (row + 1 < kernel[0] || column + 1 < kernel[1]) {
          try (PointerScope held = new PointerScope()) {
            Tensor smaller = window(values, 3, column).clone().ne_(largest);
            distance.add_(column + 1 < kernel[1] ? nextColumn : nextRow).mul_(smaller);
          }
        }
      }
    }
    return distance.to(ScalarType.Long).add_(windowStarts);
  }
}
