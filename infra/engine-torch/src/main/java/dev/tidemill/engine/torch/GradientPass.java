package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * Runs the forward and the backward pass. With activation checkpointing, each top-level residual
 * block is a section of its own. Only its input is kept, and the backward pass recomputes the
 * block. Without it, the whole network is one section.
 */
// Scopes and gradient modes are only closed.
@SuppressWarnings("try")
final class GradientPass {

  private record Section(Layer layers, boolean recomputed) {}

  private final List<Section> sections = new ArrayList<>();
  private final LayerChain whole;
  private final Placement placement;
  private final BoolOptional retainGraph = new BoolOptional();
  private final TensorArrayRefOptional allInputs = new TensorArrayRefOptional();

  /** Must be created in the native scope of the state. */
  GradientPass(Network network, StateTensors state) {
    placement = state.placement();
    List<Network.Layer> run = new ArrayList<>();
    for (Network.Layer layer : network.layers()) {
      boolean block = layer.spec() instanceof LayerSpec.Residual;
      if (block && network.spec().training().activationCheckpointing()) {
        close(run, state);
        sections.add(new Section(new LayerChain(List.of(layer), state), true));
      } else {
        run.add(layer);
      }
    }
    close(run, state);
    whole = new LayerChain(network.layers(), state);
  }

  private void close(List<Network.Layer> run, StateTensors state) {
    if (!run.isEmpty()) {
      sections.add(new Section(new LayerChain(run, state), false));
      run.clear();
    }
  }

  /** Computes the outputs without a backward pass. */
  Tensor forward(Tensor x, ForwardContext context) {
    return Autocast.toFloat32(Autocast.run(placement, whole, x, context));
  }

  /**
   * Adds the gradient of a batch to the gradients of all parameters.
   *
   * @param backward receives the outputs and starts the backward pass from them
   */
  void run(Tensor x, ForwardContext context, Consumer<Tensor> backward) {
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> inputs = new ArrayList<>();
      List<Tensor> outputs = new ArrayList<>();
      Tensor values = x;
      for (Section section : sections) {
        inputs.add(values);
        Tensor out = forward(section, values, context);
        outputs.add(out);
        values = out.detach();
        values.set_requires_grad(true);
      }
      inputs.add(values);
      for (int i = sections.size() - 1; i >= 0; i--) {
        try (PointerScope inner = new PointerScope()) {
          Tensor out = sections.get(i).recomputed ? recompute(i, inputs, context) : outputs.get(i);
          if (i == sections.size() - 1) {
            backward.accept(Autocast.toFloat32(out));
          } else if (out.requires_grad()) {
            out.backward(inputs.get(i + 1).grad(), retainGraph, false, allInputs);
          }
        }
        // Earlier sections do not need them.
        scope.detach(outputs.get(i));
        scope.detach(inputs.get(i + 1));
      }
    }
  }

  private Tensor forward(Section section, Tensor x, ForwardContext context) {
    if (!section.recomputed) {
      return Autocast.run(placement, section.layers, x, context);
    }
    try (AutoGradMode off = new AutoGradMode(false)) {
      return Autocast.run(placement, section.layers, x, context);
    }
  }

  private Tensor recompute(int section, List<Tensor> inputs, ForwardContext context) {
    return Autocast.run(
        placement, sections.get(section).layers, inputs.get(section), context.recomputed());
  }
}
