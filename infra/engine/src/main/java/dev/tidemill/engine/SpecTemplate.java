package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A spec whose sizes may follow from the data: the input's shape and scale, the {@code columns} of
 * a column embedding, and the {@code out_features} of the last linear layer. Each is a value; or
 * {@code auto}, which is the data's value; or {@code {auto: value}}, which is the data's value or,
 * without data, the given one. A missing shape and missing columns are {@code auto}. If the loss
 * lists a weight for each class, there are as many classes without data. Immutable.
 */
public final class SpecTemplate {
  private static final String AUTO = "auto";
  private static final String INPUT = "input";
  private static final String SHAPE = "shape";
  private static final String SCALE = "scale";
  private static final String LAYERS = "layers";
  private static final String LOSS = "loss";
  private static final String OUTPUTS = "out_features";

  private final Map<String, @Nullable Object> tree;
  private final Map<String, String> overrides;

  private SpecTemplate(Map<String, @Nullable Object> tree, Map<String, String> overrides) {
    this.tree = tree;
    this.overrides = overrides;
  }

  /**
   * Parses a template.
   *
   * @param yaml one YAML 1.2 document, without aliases and tags
   * @throws InvalidSpecException listing every fault; the faults of a template without defaults
   *     show when it is resolved
   */
  public static SpecTemplate parse(String yaml) {
    Object root = SpecYaml.tree(yaml);
    if (!(root instanceof Map<?, ?> map)) {
      return of(SpecReader.read(root)); // Throws, because a spec is a map.
    }
    return new SpecTemplate(copy(map), Map.of()).checked();
  }

  /**
   * Loads a built-in spec by its name, or a spec from a file.
   *
   * @throws InvalidSpecException if neither exists, or as {@link #parse}
   */
  public static SpecTemplate load(String nameOrFile) {
    return parse(SpecYaml.text(nameOrFile));
  }

  /** Returns a template whose sizes are all fixed. */
  public static SpecTemplate of(ModelSpec spec) {
    return new SpecTemplate(copy(SpecTree.of(spec)), Map.of());
  }

  /**
   * Applies overrides, as {@link ModelSpec#withOverrides} does.
   *
   * @throws InvalidSpecException as {@link #parse}
   */
  public SpecTemplate withOverrides(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(overrides);
    all.putAll(more);
    return new SpecTemplate(tree, all).checked();
  }

  /**
   * Fixes the input.
   *
   * @throws InvalidSpecException if a layer does not accept its shape
   */
  public SpecTemplate withInput(InputSpec input) {
    Map<String, @Nullable Object> changed = copy(tree);
    changed.put(INPUT, SpecTree.of(input));
    return new SpecTemplate(changed, overrides).checked();
  }

  /**
   * Fixes the number of classes or outputs, which is the {@code out_features} of the last linear
   * layer.
   *
   * @throws InvalidSpecException if there is no linear layer, or the loss does not accept that many
   */
  public SpecTemplate withOutputs(int outputs) {
    List<@Nullable Object> layers = layers();
    int last = lastLinear(layers);
    if (last < 0) {
      throw new InvalidSpecException(
          List.of(
              "spec "
                  + tree.get("name")
                  + " has no linear layer whose out_features could be set to "
                  + outputs));
    }
    Map<String, @Nullable Object> changed = copy(tree);
    setOutputs(layers, last, outputs);
    changed.put(LAYERS, layers);
    return new SpecTemplate(changed, overrides).checked();
  }

  /** Whether a size of the network follows from the data. */
  public boolean adapts() {
    return adaptsInput() || adaptsColumns() || adaptsOutputs();
  }

  /** Whether the number of outputs follows from the data. */
  public boolean adaptsOutputs() {
    List<@Nullable Object> layers = layers();
    int last = lastLinear(layers);
    return last >= 0 && isAuto(outputs(layers, last));
  }

  /** Whether the shape of the input follows from the data. */
  public boolean adaptsInput() {
    return isMissingOrAuto(input().get(SHAPE));
  }

  /** Whether the columns that the first layer embeds follow from the data. */
  public boolean adaptsColumns() {
    return autoColumns(layers()).isPresent();
  }

  /** Returns the spec without data; empty if a size has neither a value nor a default. */
  public Optional<ModelSpec> withoutData() {
    List<String> unknown = new ArrayList<>();
    Map<String, @Nullable Object> resolved = tree(SampleFormat.UNKNOWN, unknown);
    return unknown.isEmpty() ? Optional.of(read(resolved)) : Optional.empty();
  }

  /**
   * Returns the spec for data.
   *
   * @throws InvalidSpecException listing every fault, including sizes that neither the data nor the
   *     template gives
   */
  public ModelSpec resolve(SampleFormat format) {
    List<String> unknown = new ArrayList<>();
    Map<String, @Nullable Object> resolved = tree(format, unknown);
    if (!unknown.isEmpty()) {
      throw new InvalidSpecException(unknown);
    }
    return read(resolved);
  }

  private SpecTemplate checked() {
    Optional<ModelSpec> unused = withoutData();
    return this;
  }

  private ModelSpec read(Map<String, @Nullable Object> resolved) {
    ModelSpec spec = SpecReader.read(resolved);
    return overrides.isEmpty() ? spec : spec.withOverrides(overrides);
  }

  private Map<String, @Nullable Object> tree(SampleFormat format, List<String> unknown) {
    Map<String, @Nullable Object> resolved = copy(tree);
    if (!tree.containsKey(INPUT) || tree.get(INPUT) instanceof Map<?, ?>) {
      resolved.put(INPUT, input(format, unknown));
    }
    List<@Nullable Object> layers = layers();
    if (setColumns(layers, format, unknown)) {
      resolved.put(LAYERS, layers);
    }
    int last = lastLinear(layers);
    if (last >= 0 && isAuto(outputs(layers, last))) {
      OptionalInt known = format.outputs();
      @Nullable Object otherwise =
          classWeights().isPresent() ? classWeights().get() : otherwise(outputs(layers, last));
      if (known.isEmpty() && otherwise == null) {
        unknown.add(
            "layers["
                + last
                + "]: out_features follows from the data contract, which says nothing of it; set it"
                + " to the number of classes or outputs");
      } else {
        setOutputs(layers, last, known.isPresent() ? (Object) known.getAsInt() : otherwise);
        resolved.put(LAYERS, layers);
      }
    }
    return resolved;
  }

  /** Gives a first layer that embeds columns its sizes; whether it did. */
  private static boolean setColumns(
      List<@Nullable Object> layers, SampleFormat format, List<String> unknown) {
    Optional<Map<?, ?>> layer = autoColumns(layers);
    if (layer.isEmpty()) {
      return false;
    }
    String follow = "layers[0]: " + ColumnReader.COLUMNS + " follow from the data contract, ";
    String set = "; set them, e.g. {3: 120} for 120 categories of element 3";
    Object known =
        format.columns().isPresent()
            ? format.columns().get()
            : otherwise(layer.get().get(ColumnReader.COLUMNS));
    if (known == null) {
      unknown.add(follow + "and there is none" + set);
    } else if (format.columns().filter(Map::isEmpty).isPresent()) {
      unknown.add(follow + "which has no category with the encoding index" + set);
    }
    Map<String, @Nullable Object> changed = copy(layer.get());
    changed.put(ColumnReader.COLUMNS, known);
    layers.set(0, changed);
    return true;
  }

  /** Returns the first layer, if it embeds columns that follow from the data. */
  private static Optional<Map<?, ?>> autoColumns(List<@Nullable Object> layers) {
    return !layers.isEmpty()
            && layers.get(0) instanceof Map<?, ?> layer
            && LayerReader.COLUMN_EMBEDDING.equals(layer.get("type"))
            && isMissingOrAuto(layer.get(ColumnReader.COLUMNS))
        ? Optional.of(layer)
        : Optional.empty();
  }

  /** Returns how many class weights the loss lists: without data, there are as many classes. */
  private Optional<Object> classWeights() {
    return tree.get(LOSS) instanceof Map<?, ?> loss
            && loss.get(LossReader.CLASS_WEIGHTS) instanceof List<?> weights
            && !weights.isEmpty()
        ? Optional.of(weights.size())
        : Optional.empty();
  }

  private Map<String, @Nullable Object> input(SampleFormat format, List<String> unknown) {
    Map<String, @Nullable Object> input = input();
    Object shape = input.get(SHAPE);
    if (isMissingOrAuto(shape)) {
      Object known = format.shape().isPresent() ? format.shape().get() : otherwise(shape);
      if (known == null) {
        unknown.add("input: shape follows from the data contract, and there is none; set it");
      }
      input.put(SHAPE, known);
    }
    Object scale = input.get(SCALE);
    if (isAuto(scale)) {
      Object otherwise = otherwise(scale);
      input.put(
          SCALE,
          format.scale().isPresent()
              ? (Object) format.scale().getAsDouble()
              : otherwise == null ? 1 : otherwise);
    }
    return input;
  }

  private Map<String, @Nullable Object> input() {
    return tree.get(INPUT) instanceof Map<?, ?> input ? copy(input) : new LinkedHashMap<>();
  }

  private List<@Nullable Object> layers() {
    return tree.get(LAYERS) instanceof List<?> layers
        ? new ArrayList<@Nullable Object>(layers)
        : new ArrayList<>();
  }

  /** Returns the place of the last linear layer; -1 if there is none. */
  private static int lastLinear(List<@Nullable Object> layers) {
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (layers.get(i) instanceof Map<?, ?> layer && "linear".equals(layer.get("type"))) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable Object outputs(List<@Nullable Object> layers, int place) {
    return layers.get(place) instanceof Map<?, ?> layer ? layer.get(OUTPUTS) : null;
  }

  private static void setOutputs(
      List<@Nullable Object> layers, int place, @Nullable Object outputs) {
    if (layers.get(place) instanceof Map<?, ?> layer) {
      Map<String, @Nullable Object> changed = copy(layer);
      changed.put(OUTPUTS, outputs);
      layers.set(place, changed);
    }
  }

  private static boolean isMissingOrAuto(@Nullable Object value) {
    return value == null || isAuto(value);
  }

  private static boolean isAuto(@Nullable Object value) {
    return AUTO.equals(value)
        || (value instanceof Map<?, ?> map && map.size() == 1 && map.containsKey(AUTO));
  }

  private static @Nullable Object otherwise(@Nullable Object auto) {
    return auto instanceof Map<?, ?> map ? map.get(AUTO) : null;
  }

  private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
