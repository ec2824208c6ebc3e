package dev.tidemill.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shape that a layer gives on for one sample, or what it needs instead of what it got. */
final class ShapeInference implements LayerSpec.Visitor<List<Integer>> {

  /** What a layer needs, in words; caught where the layer's place is known. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  private final List<Integer> in;

  private ShapeInference(List<Integer> in) {
    this.in = in;
  }

  /**
   * The shape after a layer.
   *
   * @throws Refusal if the layer cannot take the shape
   */
  static List<Integer> output(LayerSpec layer, List<Integer> in) {
    List<Integer> out = layer.accept(new ShapeInference(in));
    if (tooLarge(out)) {
      throw new Refusal("would give " + out + ", more than 2147483647 values a sample");
    }
    return out;
  }

  /**
   * The shape after a layer, null where it cannot be known. A fault is noted once: where it stands,
   * not in all the layers that follow.
   */
  static @Nullable List<Integer> output(
      String where, @Nullable LayerSpec layer, @Nullable List<Integer> in, List<String> faults) {
    List<Integer> out = layer instanceof LayerSpec.Linear l ? List.of(l.outFeatures()) : null;
    if (layer == null || in == null) {
      return out;
    }
    try {
      return output(layer, in);
    } catch (Refusal refusal) {
      faults.add(where + ": " + refusal.getMessage());
      return out;
    }
  }

  static boolean tooLarge(List<Integer> shape) {
    return Shapes.elements(shape) > Integer.MAX_VALUE;
  }

  @Override
  public List<Integer> conv2d(LayerSpec.Conv2d l) {
    return windows(l.outChannels(), l.kernelSize(), l.stride(), l.padding());
  }

  @Override
  public List<Integer> maxPool2d(LayerSpec.MaxPool2d l) {
    return windows(image().get(0), l.kernelSize(), l.stride(), l.padding());
  }

  @Override
  public List<Integer> avgPool2d(LayerSpec.AvgPool2d l) {
    return windows(image().get(0), l.kernelSize(), l.stride(), l.padding());
  }

  @Override
  public List<Integer> linear(LayerSpec.Linear l) {
    requireRows();
    return withLast(l.outFeatures());
  }

  @Override
  public List<Integer> batchNorm2d(LayerSpec.BatchNorm2d l) {
    return image();
  }

  @Override
  public List<Integer> batchNorm1d(LayerSpec.BatchNorm1d l) {
    if (in.size() != 1) {
      throw new Refusal("needs an input of shape [features], got " + in + remedy());
    }
    return in;
  }

  @Override
  public List<Integer> dropout(LayerSpec.Dropout l) {
    return in;
  }

  @Override
  public List<Integer> flatten(LayerSpec.Flatten l) {
    return List.of((int) Shapes.elements(in));
  }

  @Override
  public List<Integer> activation(LayerSpec.Activation l) {
    return in;
  }

  @Override
  public List<Integer> embedding(LayerSpec.Embedding l) {
    if (in.size() != 1) {
      throw new Refusal("needs an input of token numbers, shape [length], got " + in);
    }
    return List.of(in.get(0), l.embeddingDim());
  }

  @Override
  public List<Integer> positionalEmbedding(LayerSpec.PositionalEmbedding l) {
    return sequence();
  }

  @Override
  public List<Integer> lstm(LayerSpec.Lstm l) {
    requireThatFits("4 x hidden_size", 4L * l.hiddenSize());
    return List.of(sequence().get(0), l.hiddenSize() * l.directions());
  }

  @Override
  public List<Integer> layerNorm(LayerSpec.LayerNorm l) {
    requireRows();
    return in;
  }

  @Override
  public List<Integer> multiheadAttention(LayerSpec.MultiheadAttention l) {
    int features = sequence().get(1);
    if (features % l.numHeads() != 0) {
      throw new Refusal(
          "num_heads needs to divide the "
              + features
              + " features of a place, got "
              + l.numHeads());
    }
    requireThatFits("3 x " + features + " features", 3L * features);
    return in;
  }

  @Override
  public List<Integer> sequencePool(LayerSpec.SequencePool l) {
    return sequence().subList(1, 2);
  }

  @Override
  public List<Integer> residual(LayerSpec.Residual l) {
    return sum(through(l.layers()), through(l.shortcut()), !l.shortcut().isEmpty());
  }

  private List<Integer> through(List<LayerSpec> layers) {
    List<Integer> shape = in;
    for (LayerSpec layer : layers) {
      try {
        shape = output(layer, shape);
      } catch (Refusal refusal) {
        throw new Refusal(
            "cannot be computed: its layer "
                + layer.name()
                + " ("
                + layer.type()
                + ") "
                + refusal.getMessage());
      }
    }
    return shape;
  }

  /**
   * The shape of a residual block's sum.
   *
   * @throws Refusal if its two parts have different shapes
   */
  static List<Integer> sum(List<Integer> layers, List<Integer> other, boolean shortcut) {
    if (!layers.equals(other)) {
      throw new Refusal(
          "adds what its layers give, "
              + layers
              + ", to what its "
              + (shortcut ? "shortcut gives, " : "input is, ")
              + other
              + "; both need the same shape"
              + (shortcut ? "" : ", or it needs a shortcut"));
    }
    return layers;
  }

  private List<Integer> image() {
    if (in.size() != 3) {
      throw new Refusal("needs an input of shape [channels, height, width], got " + in);
    }
    return in;
  }

  private List<Integer> sequence() {
    if (in.size() != 2) {
      throw new Refusal("needs a sequence, an input of shape [length, features], got " + in);
    }
    return in;
  }

  private void requireRows() {
    if (in.size() > 2) {
      throw new Refusal(
          "needs an input of shape [features] or [length, features], got " + in + remedy());
    }
  }

  private static String remedy() {
    return "; put a flatten before it";
  }

  private static void requireThatFits(String what, long values) {
    if (values > Integer.MAX_VALUE) {
      throw new Refusal("needs " + what + " of at most 2147483647, got " + values);
    }
  }

  private List<Integer> withLast(int size) {
    return in.size() == 1 ? List.of(size) : List.of(in.get(0), size);
  }

  /** Sizes as PyTorch's: {@code floor((in + 2 * padding - kernel) / stride) + 1}. */
  private List<Integer> windows(int channels, Size2d kernel, Size2d stride, Size2d padding) {
    List<Integer> image = image();
    long height = image.get(1) + 2L * padding.height() - kernel.height();
    long width = image.get(2) + 2L * padding.width() - kernel.width();
    if (height < 0 || width < 0) {
      throw new Refusal(
          "needs an input of at least kernel_size "
              + kernel
              + " with padding "
              + padding
              + ", got "
              + image);
    }
    return List.of(
        channels, count(height / stride.height() + 1), count(width / stride.width() + 1));
  }

  private static int count(long windows) {
    return (int) Math.min(Integer.MAX_VALUE, windows);
  }
}
