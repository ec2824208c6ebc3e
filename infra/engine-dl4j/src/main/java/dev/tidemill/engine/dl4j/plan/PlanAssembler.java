package dev.tidemill.engine.dl4j.plan;

import dev.tidemill.engine.Network;
import dev.tidemill.engine.dl4j.kernel.Fork;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Linear;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan in the making: the kernels so far, and the signal that the last one gives. Gradients are
 * planned from the first layer that learns on: before it nobody asks for them.
 */
final class PlanAssembler {
  private final Parameters parameters;
  private final int batch;
  private final Workspace workspace;
  private final List<Plan.Step> steps = new ArrayList<>();
  private Network.Layer layer;
  private Signal signal;
  // Whether the signal's values may be replaced: nobody needs them for going back.
  private boolean free;

  /**
   * @param first layer, whose input is made
   */
  PlanAssembler(Parameters parameters, int batch, Network.Layer first, Workspace workspace) {
    this.parameters = parameters;
    this.batch = batch;
    this.workspace = workspace;
    layer = first;
    signal = new Signal(workspace.allocate((long) batch * first.inputLength()), null);
  }

  int batch() {
    return batch;
  }

  Workspace workspace() {
    return workspace;
  }

  List<Plan.Step> steps() {
    return steps;
  }

  /** The layer that kernels are added for. */
  Network.Layer layer() {
    return layer;
  }

  /** What the last kernel gives. */
  Signal signal() {
    return signal;
  }

  void enter(Network.Layer next) {
    layer = next;
  }

  /** Goes on from a signal whose values others need too. */
  void continueFrom(Signal other) {
    signal = other;
    free = false;
  }

  /** The layer's tensor. */
  Signal parameter(String within) {
    return parameters.of(layer, within);
  }

  /** The same where the layer may lack it. */
  @Nullable Signal parameterOrNull(String within) {
    return parameters.orNull(layer, within);
  }

  /** Adds a kernel whose output may be replaced, and goes on from there. */
  Signal add(Kernel kernel, Signal output) {
    steps.add(new Plan.Step(layer.name(), kernel, output.wantsGradient()));
    signal = output;
    free = true;
    return output;
  }

  /** Adds a kernel that needs its output for going back. */
  Signal addRemembered(Kernel kernel, Signal output) {
    add(kernel, output);
    free = false;
    return output;
  }

  /** Memory for a signal of so many values a sample that the layer gives. */
  Signal fresh(long length) {
    boolean backward = parameters.learn() && (signal.wantsGradient() || learns(layer));
    return memory(batch * length, backward);
  }

  /** Memory for a signal like another one: of its length, with a gradient where it has one. */
  Signal like(Signal other) {
    return memory(other.values().length(), other.wantsGradient());
  }

  /** The last kernel's signal if it may be replaced, else memory for one like it. */
  Signal replaced() {
    return free ? signal : like(signal);
  }

  /** The same values with a gradient of another reader's, where there is one. */
  Signal reader(Signal other) {
    Floats gradient = other.wantsGradient() ? workspace.scratch(other.values().length()) : null;
    return new Signal(other.values(), gradient);
  }

  /**
   * Adds a linear layer over the last size.
   *
   * @param rows a sample
   * @param weight its name in the layer
   * @param bias its name; there may be none
   */
  Signal linear(int rows, int in, int out, String weight, String bias) {
    Signal taken = signal;
    Signal given = fresh((long) rows * out);
    int all = batch * rows;
    return add(
        new Linear(all, in, out, taken, parameter(weight), parameterOrNull(bias), given), given);
  }

  /** Lets two readers of a signal find its gradient together. */
  void fork(Signal read, Signal first, Signal second) {
    if (read.wantsGradient()) {
      add(new Fork(read, first.requiredGradient(), second.requiredGradient()), first);
    }
  }

  private Signal memory(long length, boolean backward) {
    return new Signal(workspace.scratch(length), backward ? workspace.scratch(length) : null);
  }

  private static boolean learns(Network.Layer layer) {
    return !layer.tensors().isEmpty()
        || layer.body().stream().anyMatch(PlanAssembler::learns)
        || layer.shortcut().stream().anyMatch(PlanAssembler::learns);
  }
}
