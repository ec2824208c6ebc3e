package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.LayerSpec.Activation.Kind;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Layers in a row. A ReLU before a maximum is computed after it, on the few values that are left:
 * both are monotone, so that values and gradients are the same, to the bit.
 *
 * <p>Of what is computed on the way it holds nothing: the caller's scope gets the outputs, and what
 * the gradient needs libtorch holds by itself.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class LayerChain implements Layer {
  private final List<Layer> layers = new ArrayList<>();

  LayerChain(List<Network.Layer> places, StateTensors state) {
    for (int i = 0; i < places.size(); i++) {
      boolean swapped =
          i + 1 < places.size() && isRelu(places.get(i)) && isMaximum(places.get(i + 1));
      if (swapped) {
        add(places.get(i + 1), state);
        add(places.get(i), state);
        i++;
      } else {
        add(places.get(i), state);
      }
    }
  }

  private void add(Network.Layer place, StateTensors state) {
    LayerBuilder builder = new LayerBuilder(place, state);
    layers.add(state.scope().keep(() -> place.spec().accept(builder)));
  }

  private static boolean isRelu(Network.Layer place) {
    return place.spec() instanceof LayerSpec.Activation a && a.kind() == Kind.RELU;
  }

  private static boolean isMaximum(Network.Layer place) {
    return place.spec() instanceof LayerSpec.MaxPool2d;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    PointerScope outer = PointerScope.getInnerScope();
    Tensor values = x;
    for (int i = 0; i < layers.size(); i++) {
      Tensor before = values;
      try (PointerScope inner = new PointerScope()) {
        values = layers.get(i).forward(before, pass);
        outer.attach(values);
      }
      if (i > 0) {
        outer.detach(before);
      }
    }
    return values;
  }
}
