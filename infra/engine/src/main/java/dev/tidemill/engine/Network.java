package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A spec with all sizes known: what each layer takes and gives for one sample, and where its
 * tensors stand in a {@link ModelState}. Immutable; nothing of a model's size is allocated for it.
 */
public final class Network {

  /** Largest state, in floats: parameters, buffers and optimizer together are below 2 GiB. */
  public static final long MAX_STATE_LENGTH = Integer.MAX_VALUE / Float.BYTES;

  /**
   * A layer in its place.
   *
   * @param index from 0, a block before what is in it, as {@link Network#allLayers} goes
   * @param name in full, e.g. {@code block1.conv2}: the prefix of its tensors
   * @param spec the layer
   * @param inputShape of one sample, e.g. {@code [1, 32, 32]}; for the first layer, with the
   *     padding
   * @param outputShape of one sample
   * @param tensors parameters and then buffers, in {@code state_dict} order; none for a residual,
   *     whose layers have theirs
   * @param body a residual's layers; empty for any other layer
   * @param shortcut a residual's layers aside of these; empty where the input itself is added
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

    /** Values of one sample that it takes. */
    public int inputLength() {
      return (int) Shapes.elements(inputShape);
    }

    /** Values of one sample that it gives on. */
    public int outputLength() {
      return (int) Shapes.elements(outputShape);
    }

    /**
     * A tensor by its name within the layer, e.g. {@code weight}; empty where the layer has none,
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
   * The network of a spec.
   *
   * @throws InvalidSpecException with every fault of the spec, if it has any
   */
  public static Network of(ModelSpec spec) {
    return resolve(spec.checked()).network();
  }

  /** A spec whose shapes fit, put in place; its state may still be too large. */
  static NetworkBuilder resolve(ModelSpec spec) {
    return new NetworkBuilder(spec);
  }

  public ModelSpec spec() {
    return spec;
  }

  /** In the order that a sample passes them; what is in a residual is only to be found there. */
  public List<Layer> layers() {
    return layers;
  }

  /** All layers, a residual before its body and that before its shortcut; in order of index. */
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

  /** Where every tensor stands in a {@link ModelState}. */
  public StateLayout stateLayout() {
    return layout;
  }

  /** Number of learned values. */
  public long parameterCount() {
    return layout.parameterLength();
  }

  /** Values of one sample as it arrives, before the padding. */
  public int inputLength() {
    return spec.input().length();
  }

  /** What the last layer gives for one sample: {@code [outputs]} or {@code [length, classes]}. */
  public List<Integer> outputShape() {
    return layers.get(layers.size() - 1).outputShape();
  }

  /**
   * Values of one answer: classes, or outputs of a regression. A network that has classes at every
   * place of a sequence answers with the last place's.
   */
  public int outputLength() {
    List<Integer> shape = outputShape();
    return shape.get(shape.size() - 1);
  }

  /** Whether there are classes, and so a label, at every place of a sequence. */
  public boolean labelsEveryPlace() {
    return outputShape().size() == 2;
  }

  /**
   * Values of one sample's label: 1 for a class, the length for a class at every place, the outputs
   * for mse.
   */
  public int labelsPerSample() {
    if (spec.loss() == LossType.MSE) {
      return outputLength();
    }
    return labelsEveryPlace() ? outputShape().get(0) : 1;
  }

  /** Classes that one sample's label tells, of which an accuracy is the share; 0 for mse. */
  public int classLabels() {
    return spec.loss() == LossType.CROSS_ENTROPY ? labelsPerSample() : 0;
  }

  /** Whether samples are token numbers: the first layer is an embedding. */
  public boolean takesTokens() {
    return layers.get(0).spec() instanceof LayerSpec.Embedding;
  }

  /**
   * Why a sample of some shape cannot be taken.
   *
   * @param givenShape of one sample, with or without a leading 1
   * @return what the input takes and was given, and which layer could not take it either; empty if
   *     the sample fits
   */
  public Optional<String> whyNot(List<Long> givenShape) {
    return ShapeErrors.of(this, givenShape);
  }
}
