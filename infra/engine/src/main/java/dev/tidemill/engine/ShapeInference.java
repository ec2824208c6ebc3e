package dev.tidemill.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Infers the output shape of a layer for one sample, or explains why its input shape is wrong. */
final class ShapeInference implements LayerSpec.Visitor<List<Integer>> {

  /** Describes a wrong input shape. The catcher adds the layer's location. */
  static final class InvalidShape extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidShape(String message) {
      super(message);
    }
  }

  private final List<Integer> in;

  private ShapeInference(List<Integer> in) {
    this.in = in;
  }

  /**
   * Returns the output shape of a layer.
   *
   * @throws InvalidShape if the layer does not accept the input shape
   */
  static List<Integer> output(LayerSpec layer, List<Integer> in) {
    List<Integer> out = layer.accept(new ShapeInference(in));
    if (tooLarge(out)) {
      throw new InvalidShape("would output " + out + ", more than 2147483647 values per sample");
    }
    return out;
  }

  /**
   * Returns the output shape of a layer, or null if it is unknown. Reports a fault only for the
   * layer that causes it, not for the layers that follow.
   */
  static @Nullable List<Integer> output(
      String where, @Nullable LayerSpec layer, @Nullable List<Integer> in, List<String> faults) {
    List<Integer> out = layer instanceof LayerSpec.Linear l ? List.of(l.outFeatures()) : null;
    if (layer == null || in == null) {
      return out;
    }
    try {
      return output(layer, in);
    } catch (InvalidShape e) {
      faults.add(where + ": " + e.getMessage());
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
      throw new InvalidShape("needs an input of shape [features], got " + in + remedy());
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
      throw new InvalidShape("needs an input of token numbers, shape [length], got " + in);
    }
    return List.of(in.get(0), l.embeddingDim());
  }

  @Override
  public List<Integer> columnEmbedding(LayerSpec.ColumnEmbedding l) {
    if (in.size() != 1) {
      throw new InvalidShape("needs an input of shape [features], got " + in);
    }
    int last = l.columns().get(l.columns().size() - 1).index();
    if (last >= in.get(0)) {
      throw new InvalidShape(
          "embeds element " + last + ", but the last element of a sample is " + (in.get(0) - 1));
    }
    long embedded = l.columns().size();
    long values = in.get(0) - embedded + embedded * l.embeddingDim();
    requireThatFits("the number of its outputs", values);
    return List.of((int) values);
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
      throw new InvalidShape(
          "num_heads must divide the " + features + " features of a position, got " + l.numHeads());
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
    return sum(outputOf(l.layers()), outputOf(l.shortcut()), !l.shortcut().isEmpty());
  }

  private List<Integer> outputOf(List<LayerSpec> layers) {
    List<Integer> shape = in;
    for (LayerSpec layer : layers) {
      try {
        shape = output(layer, shape);
      } catch (InvalidShape e) {
        throw new InvalidShape(
            "cannot be computed: its layer "
                + layer.name()
                + " ("
                + layer.type()
                + ") "
                + e.getMessage());
      }
    }
    return shape;
  }

  /**
   * Returns the output shape of a residual block.
   *
   * @throws InvalidShape if its two summands have different shapes
   */
  static List<Integer> sum(List<Integer> layers, List<Integer> other, boolean shortcut) {
    if (!layers.equals(other)) {
      throw new InvalidShape(
          "cannot add the output of its layers, "
              + layers
              + ", to "
              + (shortcut ? "the output of its shortcut, " : "its input, ")
              + other
              + ", because the shapes differ"
              + (shortcut ? "" : "; add a shortcut"));
    }
    return layers;
  }

  private List<Integer> image() {
    if (in.size() != 3) {
      throw new InvalidShape("needs an input of shape [channels, height, width], got " + in);
    }
    return in;
  }

  private List<Integer> sequence() {
    if (in.size() != 2) {
      throw new InvalidShape("needs a sequence, an input of shape [length, features], got " + in);
    }
    return in;
  }

  private void requireRows() {
    if (in.size() > 2) {
      throw new InvalidShape(
          "needs an input of shape [features] or [length, features], got " + in + remedy());
    }
  }

  private static String remedy() {
    return "; add a flatten layer before it";
  }

  private static void requireThatFits(String what, long values) {
    if (values > Integer.MAX_VALUE) {
      throw new InvalidShape(what + " must be at most 2147483647, got " + values);
    }
  }

  private List<Integer> withLast(int size) {
    return in.size() == 1 ? List.of(size) : List.of(in.get(0), size);
  }

  /** Output sizes as in PyTorch: {@code floor((in + 2 * padding - kernel) / stride) + 1}. */
  private List<Integer> windows(int channels, Size2d kernel, Size2d stride, Size2d padding) {
    List<Integer> image = image();
    long height = image.get(1) + 2L * padding.height() - kernel.height();
    long width = image.get(2) + 2L * padding.width() - kernel.width();
    if (height < 0 || width < 0) {
      throw new InvalidShape(
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
