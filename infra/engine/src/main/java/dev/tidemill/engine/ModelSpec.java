package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network, its loss, optimizer and training settings, as data. It is read from YAML that never
 * names a class. A parsed spec has passed all checks, including those of shapes.
 *
 * @param name of the spec, e.g. {@code lenet}
 * @param input shape and preprocessing of a sample
 * @param layers in the order of the forward pass
 * @param loss the loss function and its arguments
 * @param optimizer the optimizer and its arguments
 * @param schedule of the learning rate
 * @param training batch size, seed, gradient clipping, stop rule and memory settings
 */
public record ModelSpec(
    String name,
    InputSpec input,
    List<LayerSpec> layers,
    LossSpec loss,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    TrainingSpec training) {

  /** Names of the specs that are part of this module. */
  public static final List<String> BUILT_IN =
      List.of("lenet", "mlp", "resnet", "lstm", "transformer");

  public ModelSpec {
    layers = List.copyOf(layers);
  }

  /**
   * Parses a spec.
   *
   * @param yaml one YAML 1.2 document, without aliases and tags
   * @throws InvalidSpecException listing every fault
   */
  public static ModelSpec parse(String yaml) {
    return SpecReader.read(SpecYaml.tree(yaml));
  }

  /**
   * Loads a built-in spec by its name, or a spec from a file. Sizes that follow from the data get
   * the spec's defaults; {@link SpecTemplate#load} keeps them open.
   *
   * @throws InvalidSpecException if neither exists, or listing every fault of the file, including
   *     sizes without a default
   */
  public static ModelSpec load(String nameOrFile) {
    return SpecTemplate.load(nameOrFile).resolve(SampleFormat.UNKNOWN);
  }

  /** Writes the spec in its canonical form, with all defaults; {@link #parse} reads it back. */
  public String toYaml() {
    return SpecYaml.text(SpecTree.of(this));
  }

  /**
   * Applies overrides from the command line.
   *
   * @param overrides {@code optimizer} (a type; changing it resets its other arguments to their
   *     defaults), {@code learning-rate}, {@code batch-size} (a number or {@code full}), {@code
   *     seed}
   * @throws InvalidSpecException listing every fault, including unknown keys
   */
  public ModelSpec withOverrides(Map<String, String> overrides) {
    return SpecOverrides.apply(this, overrides);
  }

  /**
   * Returns this spec with another input.
   *
   * @throws InvalidSpecException if a layer does not accept its shape
   */
  public ModelSpec withInput(InputSpec other) {
    return new ModelSpec(name, other, layers, loss, optimizer, schedule, training).checked();
  }

  /**
   * Returns this spec with another number of classes or outputs, which is the {@code out_features}
   * of the last linear layer.
   *
   * @throws InvalidSpecException if there is no linear layer, or the loss does not accept that many
   */
  public ModelSpec withOutputs(int outputs) {
    List<LayerSpec> changed = new ArrayList<>(layers);
    for (int i = changed.size() - 1; i >= 0; i--) {
      if (changed.get(i) instanceof LayerSpec.Linear last) {
        changed.set(i, new LayerSpec.Linear(last.name(), outputs, last.bias()));
        return new ModelSpec(name, input, changed, loss, optimizer, schedule, training).checked();
      }
    }
    throw new InvalidSpecException(
        List.of(
            "spec " + name + " has no linear layer whose out_features could be set to " + outputs));
  }

  /**
   * Returns this spec with other columns in its first layer.
   *
   * @throws InvalidSpecException if the first layer embeds no columns, or the shapes do not fit
   */
  public ModelSpec withColumns(List<CategoryColumn> columns) {
    if (!(layers.get(0) instanceof LayerSpec.ColumnEmbedding first)) {
      throw new InvalidSpecException(
          List.of("spec " + name + " has no first layer that embeds columns"));
    }
    List<LayerSpec> changed = new ArrayList<>(layers);
    changed.set(0, new LayerSpec.ColumnEmbedding(first.name(), first.embeddingDim(), columns));
    return new ModelSpec(name, input, changed, loss, optimizer, schedule, training).checked();
  }

  public ModelSpec withOptimizer(OptimizerSpec other) {
    return new ModelSpec(name, input, layers, loss, other, schedule, training).checked();
  }

  /**
   * Returns this spec with another loss.
   *
   * @throws InvalidSpecException if the network does not fit it, for example the number of classes
   *     and of class weights
   */
  public ModelSpec withLoss(LossSpec other) {
    return new ModelSpec(name, input, layers, other, optimizer, schedule, training).checked();
  }

  public ModelSpec withSchedule(ScheduleSpec other) {
    return new ModelSpec(name, input, layers, loss, optimizer, other, training).checked();
  }

  public ModelSpec withTraining(TrainingSpec other) {
    return new ModelSpec(name, input, layers, loss, optimizer, schedule, other).checked();
  }

  /**
   * Makes the checks of {@link #parse}, for a spec that was built in Java.
   *
   * @throws InvalidSpecException listing every fault
   */
  public ModelSpec checked() {
    return SpecReader.read(SpecTree.of(this));
  }
}
