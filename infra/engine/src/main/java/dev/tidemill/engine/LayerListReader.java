package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spec's tree of layers. Infers shapes while reading, so that each fault names its layer,
 * and unrolls repeats.
 */
final class LayerListReader {
  /** The largest number of layers, counting those in blocks and each repetition. */
  static final int MAX_LAYERS = 1000;

  /**
   * The location of a list of layers.
   *
   * @param path for faults, e.g. {@code layers[2].layers}
   * @param prefix of the full names of its layers
   * @param own the part of the prefix that belongs to the layers' own names, which repeats add
   */
  private record Block(String path, String prefix, String own) {}

  /** A batch norm with one value per channel, which cannot train on a single sample. */
  record SingleValued(String where, List<Integer> shape) {}

  private final List<String> faults;
  private final Map<String, String> places = new HashMap<>();
  private final List<SingleValued> singleValued = new ArrayList<>();
  private int count;
  private boolean sequences;

  LayerListReader(List<String> faults) {
    this.faults = faults;
  }

  /**
   * Reads all layers.
   *
   * @param shape the first layer's input shape; null if unknown
   * @return the last layer's output shape; null if unknown
   */
  @Nullable List<Integer> read(
      @Nullable Object node, @Nullable List<Integer> shape, List<LayerSpec> into) {
    return list(new Block("layers", "", ""), node, shape, into);
  }

  /** The layers that cannot train on a single sample. */
  List<SingleValued> singleValued() {
    return singleValued;
  }

  private @Nullable List<Integer> list(
      Block block, @Nullable Object node, @Nullable List<Integer> shape, List<LayerSpec> into) {
    if (!(node instanceof List<?> nodes) || nodes.isEmpty() || nodes.size() > MAX_LAYERS) {
      faults.add(
          block.path
              + ": must be a list of 1 to "
              + MAX_LAYERS
              + " layers, got "
              + (node instanceof List<?> nodes ? nodes.size() + " layers" : SpecFields.show(node)));
      return null;
    }
    List<Integer> out = shape;
    for (int place = 0; place < nodes.size() && count <= MAX_LAYERS; place++) {
      out = layer(block, place, nodes.get(place), out, into);
    }
    return out;
  }

  private @Nullable List<Integer> layer(
      Block block,
      int place,
      @Nullable Object node,
      @Nullable List<Integer> shape,
      List<LayerSpec> into) {
    LayerReader.Head head =
        LayerReader.head(block.path + "[" + place + "]", block.prefix, place, node, faults);
    String type = head.type() == null ? "" : head.type();
    if (type.equals(LayerReader.REPEAT)) {
      return repeat(block, head, LayerReader.arguments(head, node, faults), shape, into);
    }
    if (count++ == MAX_LAYERS) {
      faults.add(
          "layers: must be at most "
              + MAX_LAYERS
              + " layers in total, counting those in blocks and each repetition");
    }
    LayerSpec layer = null;
    if (!type.isEmpty() && !type.equals(LayerReader.RESIDUAL)) {
      SpecFields fields = LayerReader.arguments(head, node, faults);
      layer = LayerReader.layer(type, block.own + head.name(), fields);
    }
    requireUnique(block.prefix + head.name(), head.where());
    return type.equals(LayerReader.RESIDUAL)
        ? residual(block, head, LayerReader.arguments(head, node, faults), shape, into)
        : plain(head.where(), layer, shape, into);
  }

  private void requireUnique(String name, String where) {
    String before = places.putIfAbsent(name, where);
    if (before != null) {
      faults.add(where + ": name must be unique; '" + name + "' is also the name of " + before);
    }
  }

  private @Nullable List<Integer> plain(
      String where,
      @Nullable LayerSpec layer,
      @Nullable List<Integer> shape,
      List<LayerSpec> into) {
    if (layer != null) {
      into.add(layer);
    }
    sequences |= layer instanceof LayerSpec.Embedding || (shape != null && shape.size() == 2);
    if (layer instanceof LayerSpec.Embedding && count > 1) {
      faults.add(where + ": takes token numbers, so it must be the first layer");
      return null;
    }
    if (layer instanceof LayerSpec.ColumnEmbedding && count > 1) {
      faults.add(where + ": takes elements of the sample, so it must be the first layer");
      return null;
    }
    boolean norm = layer instanceof LayerSpec.BatchNorm1d || layer instanceof LayerSpec.BatchNorm2d;
    if (norm && shape != null && Shapes.elements(shape) == shape.get(0)) {
      singleValued.add(new SingleValued(where, shape));
    }
    List<Integer> out = ShapeInference.output(where, layer, shape, faults);
    // A linear layer makes the shape known again after a fault, but not for sequences, because
    // their length is unknown.
    return shape == null && sequences ? null : out;
  }

  private @Nullable List<Integer> residual(
      Block block,
      LayerReader.Head head,
      SpecFields f,
      @Nullable List<Integer> shape,
      List<LayerSpec> into) {
    int before = faults.size();
    String prefix = block.prefix + head.name() + ".";
    List<LayerSpec> layers = new ArrayList<>();
    List<Integer> sum =
        list(new Block(head.path() + ".layers", prefix, ""), f.node("layers"), shape, layers);
    List<LayerSpec> shortcut = new ArrayList<>();
    List<Integer> other = shape;
    if (f.has("shortcut") && !List.of().equals(f.node("shortcut"))) {
      Block aside = new Block(head.path() + ".shortcut", prefix + "shortcut.", "");
      other = list(aside, f.node("shortcut"), shape, shortcut);
    }
    f.rejectUnknownKeys();
    into.add(new LayerSpec.Residual(block.own + head.name(), layers, shortcut));
    if (sum == null || other == null || faults.size() > before) {
      return null;
    }
    try {
      return ShapeInference.sum(sum, other, !shortcut.isEmpty());
    } catch (ShapeInference.InvalidShape e) {
      faults.add(head.where() + ": " + e.getMessage());
      return null;
    }
  }

  /** Reads the layers of a repeat N times. Stops at the first repetition with a fault. */
  private @Nullable List<Integer> repeat(
      Block block,
      LayerReader.Head head,
      SpecFields f,
      @Nullable List<Integer> shape,
      List<LayerSpec> into) {
    int times = f.integer("times", 1);
    Object layers = f.node("layers");
    f.rejectUnknownKeys();
    int before = faults.size();
    List<Integer> out = shape;
    for (int i = 0; i < times && faults.size() == before; i++) {
      String name = head.name() + "." + i + ".";
      out =
          list(
              new Block(head.path() + ".layers", block.prefix + name, block.own + name),
              layers,
              out,
              into);
    }
    return out;
  }
}
