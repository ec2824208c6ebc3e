package dev.tidemill.engine;

import dev.tidemill.engine.LayerSpec.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads one layer of a spec that contains no other layers. */
final class LayerReader {
  /** A type of layer that contains layers; {@link LayerListReader} reads it. */
  static final String RESIDUAL = "residual";

  /** A type of layer that {@link LayerListReader} replaces by copies of its layers. */
  static final String REPEAT = "repeat";

  /** A type of layer whose sizes {@link SpecTemplate} may take from the data. */
  static final String COLUMN_EMBEDDING = "column_embedding";

  /** Each other type's name and how its arguments are read, in the order of the documentation. */
  private static final Map<String, BiFunction<String, SpecFields, LayerSpec>> LEAVES =
      new LinkedHashMap<>();

  static {
    LEAVES.put("conv2d", LayerReader::conv2d);
    LEAVES.put("max_pool2d", LayerReader::maxPool2d);
    LEAVES.put("avg_pool2d", LayerReader::avgPool2d);
    LEAVES.put("linear", LayerReader::linear);
    LEAVES.put("batch_norm2d", (name, f) -> new LayerSpec.BatchNorm2d(name, eps(f), momentum(f)));
    LEAVES.put("batch_norm1d", (name, f) -> new LayerSpec.BatchNorm1d(name, eps(f), momentum(f)));
    LEAVES.put("dropout", LayerReader::dropout);
    LEAVES.put("flatten", (name, f) -> new LayerSpec.Flatten(name));
    LEAVES.put("relu", (name, f) -> new Activation(name, Activation.Kind.RELU));
    LEAVES.put("tanh", (name, f) -> new Activation(name, Activation.Kind.TANH));
    LEAVES.put("sigmoid", (name, f) -> new Activation(name, Activation.Kind.SIGMOID));
    LEAVES.put("gelu", (name, f) -> new Activation(name, gelu(f)));
    LEAVES.put("embedding", LayerReader::embedding);
    LEAVES.put(COLUMN_EMBEDDING, ColumnReader::layer);
    LEAVES.put("positional_embedding", (name, f) -> new LayerSpec.PositionalEmbedding(name));
    LEAVES.put("lstm", LayerReader::lstm);
    LEAVES.put("layer_norm", (name, f) -> new LayerSpec.LayerNorm(name, eps(f)));
    LEAVES.put("multihead_attention", LayerReader::attention);
    LEAVES.put("sequence_pool", (name, f) -> new LayerSpec.SequencePool(name, poolMode(f)));
  }

  private static final List<String> TYPES =
      Stream.concat(LEAVES.keySet().stream(), Stream.of(RESIDUAL, REPEAT)).toList();
  private static final String NAME = "(?!optimizer(\\.|$))[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*";

  /**
   * The fields that every layer has.
   *
   * @param path in the spec, e.g. {@code layers[2].layers[0]}
   * @param name in its list
   * @param type null if missing or unknown
   * @param where path, full name and type, for faults
   */
  record Head(String path, String name, @Nullable String type, String where) {}

  private LayerReader() {}

  /**
   * Reads name and type.
   *
   * @param path of the layer in the spec, e.g. {@code layers[2].layers[0]}
   * @param prefix of its full name
   * @param place index in its list; also its name if the spec gives none
   */
  static Head head(
      String path, String prefix, int place, @Nullable Object node, List<String> faults) {
    String position = Integer.toString(place);
    SpecFields head = SpecFields.of(path, node, faults);
    if (!head.isValid()) {
      return new Head(path, position, null, path);
    }
    String name =
        head.has("name")
            ? head.name(
                "name",
                NAME,
                "up to 100 letters, digits, _ and dots between them, and its first part must not be"
                    + " 'optimizer'",
                position)
            : position;
    String type = head.word("type", TYPES);
    String shown = " (" + (type == null ? "?" : type) + ")";
    return new Head(path, name, type, path + " " + prefix + name + shown);
  }

  /** The fields of a layer without those of its head. */
  static SpecFields arguments(Head head, @Nullable Object node, List<String> faults) {
    SpecFields fields = SpecFields.of(head.where(), node, faults);
    fields.has("type");
    fields.has("name");
    return fields;
  }

  /**
   * Reads the arguments of a layer; null if there is a fault.
   *
   * @param name the name to give it
   */
  static @Nullable LayerSpec layer(String type, String name, SpecFields fields) {
    LayerSpec layer = Objects.requireNonNull(LEAVES.get(type)).apply(name, fields);
    fields.rejectUnknownKeys();
    return fields.isValid() ? layer : null;
  }

  private static LayerSpec maxPool2d(String name, SpecFields f) {
    Window w = window(f, null);
    return new LayerSpec.MaxPool2d(name, w.kernelSize, w.stride, w.padding);
  }

  private static LayerSpec avgPool2d(String name, SpecFields f) {
    Window w = window(f, null);
    return new LayerSpec.AvgPool2d(name, w.kernelSize, w.stride, w.padding);
  }

  private static LayerSpec linear(String name, SpecFields f) {
    return new LayerSpec.Linear(name, f.integer("out_features", 1), f.bool("bias", true));
  }

  private static LayerSpec dropout(String name, SpecFields f) {
    return new LayerSpec.Dropout(name, f.number("p", Range.ZERO_TO_ONE, 0.5));
  }

  private static LayerSpec embedding(String name, SpecFields f) {
    return new LayerSpec.Embedding(
        name, f.integer("num_embeddings", 1), f.integer("embedding_dim", 1));
  }

  private static LayerSpec attention(String name, SpecFields f) {
    return new LayerSpec.MultiheadAttention(
        name,
        f.integer("num_heads", 1),
        f.bool("causal", false),
        f.number("dropout", Range.ZERO_TO_ONE, 0),
        f.bool("bias", true));
  }

  private static LayerSpec lstm(String name, SpecFields f) {
    LayerSpec.Lstm lstm =
        new LayerSpec.Lstm(
            name,
            f.integer("hidden_size", 1),
            f.integer("num_layers", 1, 1),
            f.bool("bidirectional", false),
            f.number("dropout", Range.ZERO_TO_ONE, 0));
    if (lstm.dropout() > 0 && lstm.numLayers() == 1) {
      f.fault("dropout applies between stacked layers, so num_layers must be at least 2, got 1");
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
    int outChannels = f.integer("out_channels", 1);
    Window w = window(f, Size2d.of(1));
    return new LayerSpec.Conv2d(
        name, outChannels, w.kernelSize, w.stride, w.padding, f.bool("bias", true));
  }

  private record Window(Size2d kernelSize, Size2d stride, Size2d padding) {}

  /** Reads a window. A null default stride means pooling, whose default is the kernel size. */
  private static Window window(SpecFields f, @Nullable Size2d defaultStride) {
    Size2d kernel = f.size("kernel_size", 1, null);
    Size2d stride = f.size("stride", 1, defaultStride == null ? kernel : defaultStride);
    Size2d padding = f.size("padding", 0, Size2d.of(0));
    // PyTorch's rule for pooling, which ensures that each window covers at least one value.
    if (defaultStride == null
        && (padding.height() > kernel.height() / 2 || padding.width() > kernel.width() / 2)) {
      f.fault("padding must be at most half of kernel_size " + kernel + ", got " + padding);
    }
    return new Window(kernel, stride, padding);
  }

  private static double eps(SpecFields f) {
    return f.number("eps", Range.ABOVE_ZERO, 1e-5);
  }

  private static double momentum(SpecFields f) {
    return f.number("momentum", Range.ZERO_TO_ONE, 0.1);
  }

  private static Activation.Kind gelu(SpecFields f) {
    return f.word("approximate", List.of("none", "tanh"), "none").equals("tanh")
        ? Activation.Kind.GELU_TANH
        : Activation.Kind.GELU;
  }
}
