package dev.tidemill.engine;

import dev.tidemill.engine.LayerSpec.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one layer of a spec that holds no others. */
final class LayerReader {
  /** The types of layers that hold layers; {@link LayerListReader} reads them. */
  static final String RESIDUAL = "residual";

  static final String REPEAT = "repeat";

  private static final List<String> TYPES =
      List.of(
          "conv2d",
          "max_pool2d",
          "avg_pool2d",
          "linear",
          "batch_norm2d",
          "batch_norm1d",
          "dropout",
          "flatten",
          "relu",
          "tanh",
          "sigmoid",
          "gelu",
          "embedding",
          "positional_embedding",
          "lstm",
          "layer_norm",
          "multihead_attention",
          "sequence_pool",
          RESIDUAL,
          REPEAT);
  private static final String NAME = "(?!optimizer(\\.|$))[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*";

  /**
   * What every layer has.
   *
   * @param path where it stands, e.g. {@code layers[2].layers[0]}
   * @param name in its list
   * @param type null where it has none that is known
   * @param where path, full name and type, for faults
   */
  record Head(String path, String name, @Nullable String type, String where) {}

  private LayerReader() {}

  /**
   * Reads name and type.
   *
   * @param path where the layer stands, e.g. {@code layers[2].layers[0]}
   * @param prefix of its full name
   * @param place in its list, which is its name where it has none
   */
  static Head head(
      String path, String prefix, int place, @Nullable Object node, List<String> faults) {
    String position = Integer.toString(place);
    SpecFields head = SpecFields.of(path, node, faults);
    if (!head.sound()) {
      return new Head(path, position, null, path);
    }
    String name =
        head.has("name")
            ? head.name(
                "name",
                NAME,
                "letters, digits, _ and dots between them, and not to begin with optimizer",
                position)
            : position;
    String type = head.word("type", TYPES);
    String shown = " (" + (type == null ? "?" : type) + ")";
    return new Head(path, name, type, path + " " + prefix + name + shown);
  }

  /** The fields of a layer besides those of its head. */
  static SpecFields arguments(Head head, @Nullable Object node, List<String> faults) {
    SpecFields fields = SpecFields.of(head.where(), node, faults);
    fields.has("type");
    fields.has("name");
    return fields;
  }

  /**
   * A layer that holds no others; null where it had a fault.
   *
   * @param name that it is to have
   */
  static @Nullable LayerSpec layer(String type, String name, SpecFields fields) {
    LayerSpec layer = read(type, name, fields);
    fields.end();
    return fields.sound() ? layer : null;
  }

  private static LayerSpec read(String type, String name, SpecFields f) {
    return switch (type) {
      case "conv2d" -> conv2d(name, f);
      case "max_pool2d" -> {
        Window w = window(f, null);
        yield new LayerSpec.MaxPool2d(name, w.kernelSize, w.stride, w.padding);
      }
      case "avg_pool2d" -> {
        Window w = window(f, null);
        yield new LayerSpec.AvgPool2d(name, w.kernelSize, w.stride, w.padding);
      }
      case "linear" -> new LayerSpec.Linear(name, f.whole("out_features", 1), f.flag("bias", true));
      case "batch_norm2d" -> new LayerSpec.BatchNorm2d(name, eps(f), momentum(f));
      case "batch_norm1d" -> new LayerSpec.BatchNorm1d(name, eps(f), momentum(f));
      case "layer_norm" -> new LayerSpec.LayerNorm(name, eps(f));
      case "dropout" -> new LayerSpec.Dropout(name, f.number("p", Range.SHARE, 0.5));
      case "flatten" -> new LayerSpec.Flatten(name);
      case "relu" -> new Activation(name, Activation.Kind.RELU);
      case "tanh" -> new Activation(name, Activation.Kind.TANH);
      case "sigmoid" -> new Activation(name, Activation.Kind.SIGMOID);
      case "gelu" -> new Activation(name, gelu(f));
      default -> ofSequences(type, name, f);
    };
  }

  private static LayerSpec ofSequences(String type, String name, SpecFields f) {
    return switch (type) {
      case "embedding" ->
          new LayerSpec.Embedding(name, f.whole("num_embeddings", 1), f.whole("embedding_dim", 1));
      case "positional_embedding" -> new LayerSpec.PositionalEmbedding(name);
      case "lstm" -> lstm(name, f);
      case "multihead_attention" ->
          new LayerSpec.MultiheadAttention(
              name,
              f.whole("num_heads", 1),
              f.flag("causal", false),
              f.number("dropout", Range.SHARE, 0),
              f.flag("bias", true));
      case "sequence_pool" -> new LayerSpec.SequencePool(name, poolMode(f));
      default -> throw new AssertionError(type);
    };
  }

  private static LayerSpec lstm(String name, SpecFields f) {
    LayerSpec.Lstm lstm =
        new LayerSpec.Lstm(
            name,
            f.whole("hidden_size", 1),
            f.whole("num_layers", 1, 1),
            f.flag("bidirectional", false),
            f.number("dropout", Range.SHARE, 0));
    if (lstm.dropout() > 0 && lstm.numLayers() == 1) {
      f.fault("dropout is between stacked layers: it needs a num_layers of at least 2, got 1");
    }
    return lstm;
  }

  private static LayerSpec.SequencePool.Mode poolMode(SpecFields f) {
    String word = f.word("mode", LayerSpec.SequencePool.Mode.words());
    return "mean".equals(word)
        ? LayerSpec.SequencePool.Mode.MEAN
        : LayerSpec.SequencePool.Mode.LAST;
  }

  private static LayerSpec conv2d(String name, SpecFields f) {
    int outChannels = f.whole("out_channels", 1);
    Window w = window(f, Size2d.of(1));
    return new LayerSpec.Conv2d(
        name, outChannels, w.kernelSize, w.stride, w.padding, f.flag("bias", true));
  }

  private record Window(Size2d kernelSize, Size2d stride, Size2d padding) {}

  /** The default stride is null for pooling: the kernel's size. */
  private static Window window(SpecFields f, @Nullable Size2d defaultStride) {
    Size2d kernel = f.size("kernel_size", 1, null);
    Size2d stride = f.size("stride", 1, defaultStride == null ? kernel : defaultStride);
    Size2d padding = f.size("padding", 0, Size2d.of(0));
    // PyTorch's rule for pooling; it keeps every window on at least one value.
    if (defaultStride == null
        && (padding.height() > kernel.height() / 2 || padding.width() > kernel.width() / 2)) {
      f.fault("padding needs at most half of kernel_size " + kernel + ", got " + padding);
    }
    return new Window(kernel, stride, padding);
  }

  private static double eps(SpecFields f) {
    return f.number("eps", Range.ABOVE_ZERO, 1e-5);
  }

  private static double momentum(SpecFields f) {
    return f.number("momentum", Range.SHARE, 0.1);
  }

  private static Activation.Kind gelu(SpecFields f) {
    return f.word("approximate", List.of("none", "tanh"), "none").equals("tanh")
        ? Activation.Kind.GELU_TANH
        : Activation.Kind.GELU;
  }
}
