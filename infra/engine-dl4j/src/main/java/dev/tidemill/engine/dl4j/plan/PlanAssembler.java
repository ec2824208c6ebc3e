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
 * Collects the kernels of a plan and tracks the output signal of the last one. It allocates
 * gradients only from the first layer with parameters on, because earlier layers need none.
 */
final class PlanAssembler {
  private final Parameters parameters;
  private final int batch;
  private final Workspace workspace;
  private final List<Plan.Step> steps = new ArrayList<>();
  private Network.Layer layer;
  private Signal signal;
  // Whether a kernel may overwrite the signal's values, because no backward pass needs them.
  private boolean reusable;

  /**
   * @param first first layer, whose input this allocates
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

  /** Returns the layer that added kernels belong to. */
  Network.Layer layer() {
    return layer;
  }

  /** Returns the output signal of the last kernel. */
  Signal signal() {
    return signal;
  }

  void startLayer(Network.Layer next) {
    layer = next;
  }

  /** Continues from a signal that other kernels also read. */
  void continueFrom(Signal other) {
    signal = other;
    reusable = false;
  }

  /** Returns a tensor of the layer. */
  Signal parameter(String tensor) {
    return parameters.of(layer, tensor);
  }

  /** Returns a tensor that the layer may lack, or null. */
  @Nullable Signal parameterOrNull(String tensor) {
    return parameters.orNull(layer, tensor);
  }

  /** Adds a kernel whose output later kernels may overwrite, and continues from its output. */
  Signal add(Kernel kernel, Signal output) {
    steps.add(new Plan.Step(layer.name(), kernel, output.hasGradient()));
    signal = output;
    reusable = true;
    return output;
  }

  /** Adds a kernel whose backward pass needs its output. */
  Signal addKeepingOutput(Kernel kernel, Signal output) {
    add(kernel, output);
    reusable = false;
    return output;
  }

  /** Allocates an output signal of the layer, with {@code length} values per sample. */
  Signal newOutput(long length) {
    boolean backward = parameters.trainable() && (signal.hasGradient() || hasParameters(layer));
    return allocate(batch * length, backward);
  }

  /** Allocates a signal of the same length as another, with a gradient if the other has one. */
  Signal allocateLike(Signal other) {
    return allocate(other.values().length(), other.hasGradient());
  }

  /** Returns the last kernel's signal if a kernel may overwrite it, else allocates one like it. */
  Signal reuseOrAllocate() {
    return reusable ? signal : allocateLike(signal);
  }

  /** Returns a signal with the same values, and its own gradient if the other signal has one. */
  Signal withOwnGradient(Signal other) {
    Floats gradient = other.hasGradient() ? workspace.scratch(other.values().length()) : null;
    return new Signal(other.values(), gradient);
  }

  /**
   * Adds a linear layer over the last dimension.
   *
   * @param rows rows per sample
   * @param weight name of the weight in the layer
   * @param bias name of the bias, which the layer may lack
   */
  Signal linear(int rows, int in, int out, String weight, String bias) {
    Signal input = signal;
    Signal output = newOutput((long) rows * out);
    int all = batch * rows;
    return add(
        new Linear(all, in, out, input, parameter(weight), parameterOrNull(bias), output), output);
  }

  /** Sums the gradients of two consumers of a signal. */
  void fork(Signal read, Signal first, Signal second) {
    if (read.hasGradient()) {
      add(new Fork(read, first.requiredGradient(), second.requiredGradient()), first);
    }
  }

  private Signal allocate(long length, boolean backward) {
    return new Signal(workspace.scratch(length), backward ? workspace.scratch(length) : null);
  }

  private static boolean hasParameters(Network.Layer layer) {
    return !layer.tensors().isEmpty()
        || layer.body().stream().anyMatch(PlanAssembler::hasParameters)
        || layer.shortcut().stream().anyMatch(PlanAssembler::hasParameters);
  }
}
