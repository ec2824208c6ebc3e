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
 * Forward and back. With activation checkpointing a network is cut into sections, each residual
 * block of its own list being one; of such a block only what enters it is kept, and it is computed
 * again when its gradient is due. Otherwise all of it is one section.
 */
// Scopes and gradient modes are held, not looked at.
@SuppressWarnings("try")
final class GradientPass {

  private record Section(Layer layers, boolean again) {}

  private final List<Section> sections = new ArrayList<>();
  private final LayerChain whole;
  private final Placement placement;
  private final BoolOptional unsaid = new BoolOptional();
  private final TensorArrayRefOptional everywhere = new TensorArrayRefOptional();

  /** Made within the scope of the state. */
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

  /** Outputs, with no way back. */
  Tensor forward(Tensor x, Pass pass) {
    return Autocast.widened(Autocast.run(placement, whole, x, pass));
  }

  /**
   * Adds to the gradient of all parameters.
   *
   * @param backward is given the outputs, and goes back from them
   */
  void run(Tensor x, Pass pass, Consumer<Tensor> backward) {
    try (PointerScope held = new PointerScope()) {
      List<Tensor> entered = new ArrayList<>();
      List<Tensor> left = new ArrayList<>();
      Tensor values = x;
      for (Section section : sections) {
        entered.add(values);
        Tensor out = forward(section, values, pass);
        left.add(out);
        values = out.detach();
        values.set_requires_grad(true);
      }
      entered.add(values);
      for (int i = sections.size() - 1; i >= 0; i--) {
        try (PointerScope inner = new PointerScope()) {
          Tensor out = sections.get(i).again ? again(i, entered, pass) : left.get(i);
          if (i == sections.size() - 1) {
            backward.accept(Autocast.widened(out));
          } else if (out.requires_grad()) {
            out.backward(entered.get(i + 1).grad(), unsaid, false, everywhere);
          }
        }
        // Nothing before it needs them.
        held.detach(left.get(i));
        held.detach(entered.get(i + 1));
      }
    }
  }

  private Tensor forward(Section section, Tensor x, Pass pass) {
    if (!section.again) {
      return Autocast.run(placement, section.layers, x, pass);
    }
    try (AutoGradMode off = new AutoGradMode(false)) {
      return Autocast.run(placement, section.layers, x, pass);
    }
  }

  private Tensor again(int section, List<Tensor> entered, Pass pass) {
    return Autocast.run(
        placement, sections.get(section).layers, entered.get(section), pass.repeated());
  }
}
