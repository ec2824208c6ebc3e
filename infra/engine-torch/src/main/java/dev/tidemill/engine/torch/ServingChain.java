package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The layers of a network for serving. If only the last position of a sequence is predicted, the
 * final layers that compute each position independently compute only that one.
 */
final class ServingChain implements Layer {
  private final Layer body;
  private final Layer tail;
  private final boolean everyPosition;

  ServingChain(Network network, StateTensors state) {
    List<Network.Layer> layers = network.layers();
    everyPosition = network.labelsEveryPosition();
    int cut = layers.size();
    while (everyPosition && cut > 1 && isPositionwise(layers.get(cut - 1))) {
      cut--;
    }
    body = new LayerChain(layers.subList(0, cut), state);
    tail = new LayerChain(layers.subList(cut, layers.size()), state);
  }

  private static boolean isPositionwise(Network.Layer layer) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Residual) {
      return layer.body().stream().allMatch(ServingChain::isPositionwise)
          && layer.shortcut().stream().allMatch(ServingChain::isPositionwise);
    }
    return spec instanceof LayerSpec.Linear
        || spec instanceof LayerSpec.LayerNorm
        || spec instanceof LayerSpec.Activation
        || spec instanceof LayerSpec.Dropout;
  }

  @Override
  public Tensor forward(Tensor x, ForwardContext context) {
    Tensor values = body.forward(x, context);
    Tensor wanted = everyPosition ? values.select(1, values.size(1) - 1) : values;
    return tail.forward(wanted, context);
  }
}
