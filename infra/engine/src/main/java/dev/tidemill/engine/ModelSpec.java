package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network, its loss and how it learns, as data. Read from YAML, in which nothing names a class;
 * what was read has been checked, shapes included.
 *
 * @param name of the spec, e.g. {@code lenet}
 * @param input what a sample is
 * @param layers in the order that a sample passes them
 * @param loss what is minimized
 * @param optimizer how
 * @param schedule of the learning rate
 * @param training batch size, seed, clipping, stop
 */
public record ModelSpec(
    String name,
    InputSpec input,
    List<LayerSpec> layers,
    LossType loss,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    TrainingSpec training) {

  /** Names of the specs that are packed with this module. */
  public static final List<String> BUILT_IN =
      List.of("lenet", "mlp", "resnet", "lstm", "transformer");

  public ModelSpec {
    layers = List.copyOf(layers);
  }

  /**
   * Reads a spec.
   *
   * @param yaml one YAML 1.2 document, without aliases and tags
   * @throws InvalidSpecException with every fault at once
   */
  public static ModelSpec parse(String yaml) {
    return SpecReader.read(SpecYaml.tree(yaml));
  }

  /**
   * A built-in spec by its name, or the spec in a file.
   *
   * @throws InvalidSpecException if there is neither, or with every fault of the file
   */
  public static ModelSpec load(String nameOrFile) {
    return parse(SpecYaml.text(nameOrFile));
  }

  /** The spec in its one canonical form, defaults written out; {@link #parse} takes it. */
  public String toYaml() {
    return SpecYaml.text(SpecTree.of(this));
  }

  /**
   * What a command line overrides.
   *
   * @param overrides {@code optimizer} (a type; its other arguments begin at their defaults where
   *     it is another type than before), {@code learning-rate}, {@code batch-size} (a number or
   *     {@code full}), {@code seed}
   * @throws InvalidSpecException with every fault at once, unknown keys too
   */
  public ModelSpec withOverrides(Map<String, String> overrides) {
    return SpecOverrides.apply(this, overrides);
  }

  /**
   * The same network for other samples.
   *
   * @throws InvalidSpecException if a layer cannot take them
   */
  public ModelSpec withInput(InputSpec other) {
    return new ModelSpec(name, other, layers, loss, optimizer, schedule, training).checked();
  }

  /**
   * The same network with another number of classes or outputs: the last linear layer's {@code
   * out_features}.
   *
   * @throws InvalidSpecException if it has no linear layer, or the loss cannot take so many
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
            "spec " + name + " has no linear layer whose out_features could become " + outputs));
  }

  public ModelSpec withOptimizer(OptimizerSpec other) {
    return new ModelSpec(name, input, layers, loss, other, schedule, training).checked();
  }

  public ModelSpec withSchedule(ScheduleSpec other) {
    return new ModelSpec(name, input, layers, loss, optimizer, other, training).checked();
  }

  public ModelSpec withTraining(TrainingSpec other) {
    return new ModelSpec(name, input, layers, loss, optimizer, schedule, other).checked();
  }

  /**
   * This spec, after the checks that {@link #parse} makes: for one that was put together in Java.
   *
   * @throws InvalidSpecException with every fault at once
   */
  public ModelSpec checked() {
    return SpecReader.read(SpecTree.of(this));
  }
}
