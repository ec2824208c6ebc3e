package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A spec with all shapes inferred: each layer's input and output shape for one sample, and the
 * slices of its tensors in a {@link ModelState}. Immutable. It allocates no tensors.
 */
public final class Network {

  /** The largest state in floats: parameters, buffers and optimizer state fit into 2 GiB. */
  public static final long MAX_STATE_LENGTH = Integer.MAX_VALUE / Float.BYTES;

  /**
   * A layer with its shapes and tensors.
   *
   * @param index in {@link Network#allLayers}, from 0; a block comes before its layers
   * @param name the full name, e.g. {@code block1.conv2}, which is the prefix of its tensors
   * @param spec the layer's type and arguments
   * @param inputShape of one sample, e.g. {@code [1, 32, 32]}; includes the padding for the first
   *     layer
   * @param outputShape of one sample
   * @param tensors parameters, then buffers, in {@code state_dict} order; empty for a residual,
   *     whose layers own the tensors
   * @param body the layers of a residual; empty for other layers
   * @param shortcut the shortcut layers of a residual; empty if it adds the input itself
   */
  public record Layer(
      int index,
      String name,
      LayerSpec spec,
      List<Integer> inputShape,
      List<Integer> outputShape,
      List<StateLayout.Slice> tensors,
      List<Layer> body,
      List<Layer> shortcut) {

    /** Input values per sample. */
    public int inputLength() {
      return (int) Shapes.elements(inputShape);
    }

    /** Output values per sample. */
    public int outputLength() {
      return (int) Shapes.elements(outputShape);
    }

    /**
     * Finds a tensor by its name within the layer, e.g. {@code weight}. Empty if there is none,
     * e.g. {@code bias} with {@code bias: false}.
     */
    public Optional<StateLayout.Slice> tensor(String within) {
      String full = name + "." + within;
      return tensors.stream().filter(t -> t.name().equals(full)).findFirst();
    }
  }

  private final ModelSpec spec;
  private final List<Layer> layers;
  private final List<Layer> all;
  private final StateLayout layout;

  Network(ModelSpec spec, List<Layer> layers, StateLayout layout) {
    this.spec = spec;
    this.layers = List.copyOf(layers);
    List<Layer> all = new ArrayList<>();
    gather(layers, all);
    this.all = List.copyOf(all);
    this.layout = layout;
  }

  /**
   * Infers the network of a spec.
   *
   * @throws InvalidSpecException listing every fault of the spec
   */
  public static Network of(ModelSpec spec) {
    return resolve(spec.checked()).network();
  }

  /** Builds the network of a spec whose shapes are valid. Its state may still be too large. */
  static NetworkBuilder resolve(ModelSpec spec) {
    return new NetworkBuilder(spec);
  }

  public ModelSpec spec() {
    return spec;
  }

  /** The top-level layers, in the order of the forward pass. A residual contains its layers. */
  public List<Layer> layers() {
    return layers;
  }

  /** All layers in the order of their index: a residual, then its body, then its shortcut. */
  public List<Layer> allLayers() {
    return all;
  }

  private static void gather(List<Layer> layers, List<Layer> into) {
    for (Layer layer : layers) {
      into.add(layer);
      gather(layer.body, into);
      gather(layer.shortcut, into);
    }
  }

  /** The layout of all tensors in a {@link ModelState}. */
  public StateLayout stateLayout() {
    return layout;
  }

  /** Number of learned values. */
  public long parameterCount() {
    return layout.parameterLength();
  }

  /** Input values per sample as it arrives, without padding. */
  public int inputLength() {
    return spec.input().length();
  }

  /** The output shape for one sample: {@code [outputs]} or {@code [length, classes]}. */
  public List<Integer> outputShape() {
    return layers.get(layers.size() - 1).outputShape();
  }

  /**
   * Values per answer: the number of classes, or of regression outputs. A network with classes at
   * every position of a sequence answers with those of the last position.
   */
  public int outputLength() {
    List<Integer> shape = outputShape();
    return shape.get(shape.size() - 1);
  }

  /** Whether there are classes, and so a label, at every position of a sequence. */
  public boolean labelsEveryPosition() {
    return outputShape().size() == 2;
  }

  /**
   * Label values per sample: 1 for a class, the length for a class at every position, the number of
   * outputs for mse.
   */
  public int labelsPerSample() {
    if (spec.loss().type() == LossType.MSE) {
      return outputLength();
    }
    return labelsEveryPosition() ? outputShape().get(0) : 1;
  }

  /** Class labels per sample, the denominator of an accuracy; 0 for mse. */
  public int classLabels() {
    return spec.loss().type() == LossType.CROSS_ENTROPY ? labelsPerSample() : 0;
  }

  /** Whether samples are token numbers, because the first layer is an embedding. */
  public boolean takesTokens() {
    return layers.get(0).spec() instanceof LayerSpec.Embedding;
  }

  /** The layer that embeds elements of a sample; empty if there is none. */
  public Optional<LayerSpec.ColumnEmbedding> columnEmbedding() {
    return layers.get(0).spec() instanceof LayerSpec.ColumnEmbedding columns
        ? Optional.of(columns)
        : Optional.empty();
  }

  /**
   * How many numbers an element of a sample may be, from 0, if it is a token or a category; empty
   * if it may be any finite number.
   */
  public OptionalInt categories(int element) {
    if (layers.get(0).spec() instanceof LayerSpec.Embedding tokens) {
      return OptionalInt.of(tokens.numEmbeddings());
    }
    return columnEmbedding().stream()
        .flatMap(layer -> layer.columns().stream())
        .filter(column -> column.index() == element)
        .mapToInt(CategoryColumn::categories)
        .findFirst();
  }

  /**
   * Explains why the network does not accept a sample of some shape.
   *
   * @param givenShape of one sample, with or without a leading 1
   * @return the required and the given shape, and the first layer that would fail; empty if the
   *     shape is accepted
   */
  public Optional<String> shapeError(List<Long> givenShape) {
    return ShapeErrors.of(this, givenShape);
  }
}
