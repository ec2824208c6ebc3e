package dev.tidemill.engine.torch;

import dev.tidemill.engine.ExecutionOrder;
import dev.tidemill.engine.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A sequence of layers, computed in their {@link ExecutionOrder}.
 *
 * <p>It frees intermediate results. Only the outputs go to the caller's scope. libtorch itself
 * holds what the backward pass needs.
 */
// Native scopes are only closed.
@SuppressWarnings("try")
final class LayerChain implements Layer {
  private final List<Layer> layers = new ArrayList<>();

  LayerChain(List<Network.Layer> specs, StateTensors state) {
    for (Network.Layer layer : ExecutionOrder.of(specs)) {
      LayerBuilder builder = new LayerBuilder(layer, state);
      layers.add(state.scope().keep(() -> layer.spec().accept(builder)));
    }
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    PointerScope outer = PointerScope.getInnerScope();
    Tensor values = x;
    for (int i = 0; i < layers.size(); i++) {
      Tensor before = values;
      try (PointerScope inner = new PointerScope()) {
        values = layers.get(i).forward(before, context);
        outer.attach(values);
      }
      if (i > 0) {
        outer.detach(before);
      }
    }
    return values;
  }
}
