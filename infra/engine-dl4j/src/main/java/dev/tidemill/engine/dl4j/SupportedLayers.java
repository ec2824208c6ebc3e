package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.LayerSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.UnsupportedLayerException;

/** Which layers this engine computes, asked before anything is made of a network. */
final class SupportedLayers {
  static final String OTHER_ENGINE = "torch";

  private SupportedLayers() {}

  /**
   * Refuses a network of which a layer would be missing.
   *
   * @throws UnsupportedLayerException that names the first one
   */
  static void require(Network network) {
    for (Network.Layer layer : network.layers()) {
      if (!supports(layer)) {
        throw lacks(layer);
      }
    }
  }

  static UnsupportedLayerException lacks(Network.Layer layer) {
    boolean ofSequence = layer.inputShape().size() == 2;
    return new UnsupportedLayerException(
        Dl4jEngine.NAME,
        layer.name(),
        layer.spec().type() + (ofSequence ? " of a sequence " + layer.inputShape() : ""),
        OTHER_ENGINE);
  }

  private static boolean supports(Network.Layer layer) {
    LayerSpec spec = layer.spec();
    if (spec instanceof LayerSpec.Linear) {
      return layer.inputShape().size() == 1;
    }
    return spec instanceof LayerSpec.Conv2d
        || spec instanceof LayerSpec.MaxPool2d
        || spec instanceof LayerSpec.AvgPool2d
        || spec instanceof LayerSpec.BatchNorm1d
        || spec instanceof LayerSpec.BatchNorm2d
        || spec instanceof LayerSpec.Dropout
        || spec instanceof LayerSpec.Flatten
        || spec instanceof LayerSpec.Activation;
  }
}
