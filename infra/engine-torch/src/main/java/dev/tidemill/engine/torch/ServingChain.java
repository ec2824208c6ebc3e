package dev.tidemill.engine.torch;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A network that answers. Where a sequence is answered by its last place, the layers at the end
 * that compute each place by itself compute that one alone.
 */
final class ServingChain implements Layer {
  private final Layer whole;
  private final Layer lastPlace;
  private final boolean everyPlace;

  ServingChain(Network network, StateTensors state) {
    List<Network.Layer> layers = network.layers();
    everyPlace = network.labelsEveryPosition();
    int cut = layers.size();
    while (everyPlace && cut > 1 && isByPlace(layers.get(cut - 1))) {
      cut--;
    }
    whole = new LayerChain(layers.subList(0, cut), state);
    lastPlace = new LayerChain(layers.subList(cut, layers.size()), state);
  }

  private static boolean isByPlace(Network.Layer layer) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Residual) {
      return layer.body().stream().allMatch(ServingChain::isByPlace)
          && layer.shortcut().stream().allMatch(ServingChain::isByPlace);
    }
    return spec instanceof LayerSpec.Linear
        || spec instanceof LayerSpec.LayerNorm
        || spec instanceof LayerSpec.Activation
        || spec instanceof LayerSpec.Dropout;
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Tensor values = whole.forward(x, pass);
    Tensor wanted = everyPlace ? values.select(1, values.size(1) - 1) : values;
    return lastPlace.forward(wanted, pass);
  }
}
