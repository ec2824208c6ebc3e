package dev.tidemill.engine.torch;

import dev.tidemill.engine.ExecutionOrder;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Layers one after the other, in their {@link ExecutionOrder}.
 *
 * <p>Of what is computed on the way it holds nothing: the caller's scope gets the outputs, and what
 * the gradient needs libtorch holds by itself.
 */
// Native scopes are held open, not looked at.
@SuppressWarnings("try")
final class LayerChain implements Layer {
  private final List<Layer> layers = new ArrayList<>();

  LayerChain(List<Network.Layer> places, StateTensors state) {
    for (Network.Layer place : ExecutionOrder.of(places)) {
      LayerBuilder builder = new LayerBuilder(place, state);
      layers.add(state.scope().keep(() -> place.spec().accept(builder)));
    }
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
