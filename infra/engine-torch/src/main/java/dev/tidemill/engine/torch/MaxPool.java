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
 * The largest value of each window. libtorch's own kernel for a processor branches at each value,
 * and every other branch is mispredicted. So where there are enough of them, the largest values are
 * found by comparing whole tensors, first along rows, then along columns; and of those that are
 * equal the gradient goes to the first in the order of memory, as libtorch means it.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class MaxPool implements Layer {
  /** Fewest outputs for which tensors are compared: each of these calls costs microseconds. */
  static final long ENOUGH = 1 << 12;

  /** Most values of a window for which they are: it takes that many passes over the outputs. */
  static final long MOST_PASSES = 9;

  private static final long[] UNDILATED = {1, 1};

  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;
  private final long[] outputs;
  private final long rowLength;
  private final Scalar nextColumn = new Scalar(1);
  private final Scalar nextRow;
  private final Tensor firstPlaces;

  /** Made within the scope of the state. */
  MaxPool(LayerSpec.MaxPool2d spec, Network.Layer place) {
    kernel = Sizes.of(spec.kernelSize());
    stride = Sizes.of(spec.stride());
    padding = Sizes.of(spec.padding());
    rowLength = place.inputShape().get(2);
    outputs = new long[] {place.outputShape().get(1), place.outputShape().get(2)};
    nextRow = new Scalar(rowLength - kernel[1] + 1);
    firstPlaces =
        places(outputs[0], stride[0] * rowLength).view(-1, 1).add(places(outputs[1], stride[1]));
  }

  private static Tensor places(long count, long distance) {
    return torch.arange(new Scalar(count)).to(ScalarType.Long).mul(new Scalar(distance));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    long values = x.size(0) * x.size(1) * outputs[0] * outputs[1];
    boolean few = values < ENOUGH || kernel[0] * kernel[1] > MOST_PASSES;
    if (x.is_cuda() || padding[0] + padding[1] > 0 || few) {
      return torch.max_pool2d(x, kernel, stride, padding, UNDILATED, false);
    }
    if (!x.requires_grad()) {
      return largest(x);
    }
    Tensor known = x.detach();
    Tensor largest = largest(known);
    Tensor picked = x.flatten(2, -1).gather(2, places(known, largest).flatten(2, -1));
    // What is not a number is the largest, wherever it was.
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

  /** Of each window along a dimension the value at a place. */
  private Tensor window(Tensor x, int dim, long at) {
    long end = at + (outputs[dim - 2] - 1) * stride[dim - 2] + 1;
    return x.slice(dim, new LongOptional(at), new LongOptional(end), stride[dim - 2]);
  }

  /**
   * Where in its plane the largest value of each window first stands: windows are gone through from
   * their last place on, and as long as a place has another value, it lies behind.
   */
  private Tensor places(Tensor x, Tensor largest) {
    Tensor behind = torch.zeros(largest.sizes(), new TensorOptions(ScalarType.Float));
    for (long row = kernel[0] - 1; row >= 0; row--) {
      Tensor values = window(x, 2, row);
      for (long column = kernel[1] - 1; column >= 0; column--) {
        if (row + 1 < kernel[0] || column + 1 < kernel[1]) {
          try (PointerScope held = new PointerScope()) {
            Tensor other = window(values, 3, column).clone().ne_(largest);
            behind.add_(column + 1 < kernel[1] ? nextColumn : nextRow).mul_(other);
          }
        }
      }
    }
    return behind.to(ScalarType.Long).add_(firstPlaces);
  }
}
