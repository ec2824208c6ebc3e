package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Explains why a network does not accept a sample: the required shape, and the first layer that
 * would fail.
 */
final class ShapeErrors {
  private ShapeErrors() {}

  static Optional<String> of(Network network, List<Long> given) {
    List<Integer> takes = network.spec().input().shape();
    if (same(takes, given, 0) || (!given.isEmpty() && given.get(0) == 1 && same(takes, given, 1))) {
      return Optional.empty();
    }
    String text = "input must have shape " + takes + ", got " + format(given);
    return Optional.of(
        failingLayer(network, given).map(layer -> text + "; layer " + layer).orElse(text));
  }

  /** Whether the sizes from index {@code from} are those of a sample. */
  static boolean same(List<Integer> takes, List<Long> given, int from) {
    if (given.size() - from != takes.size()) {
      return false;
    }
    for (int i = 0; i < takes.size(); i++) {
      if (given.get(from + i) != (long) takes.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Describes the first layer whose weights do not match the input that it would get. */
  private static Optional<String> failingLayer(Network network, List<Long> given) {
    int rank = network.spec().input().shape().size();
    List<Long> sample =
        given.size() == rank + 1 && given.get(0) == 1 ? given.subList(1, rank + 1) : given;
    if (sample.size() != rank || sample.stream().anyMatch(s -> s < 1 || s > Integer.MAX_VALUE)) {
      return Optional.empty();
    }
    List<Integer> shape = new ArrayList<>();
    sample.forEach(size -> shape.add(size.intValue()));
    List<Integer> in = new InputSpec(shape, 1, network.spec().input().pad()).paddedShape();
    if (ShapeInference.tooLarge(in)) {
      return Optional.empty();
    }
    try {
      List<Integer> unused = outputShape(network.layers(), in);
      return Optional.empty();
    } catch (ShapeInference.InvalidShape e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Computes the output shape of the layers; throws a refusal that names the layer that fails. */
  private static List<Integer> outputShape(List<Network.Layer> layers, List<Integer> in) {
    List<Integer> shape = in;
    for (Network.Layer layer : layers) {
      String where = layer.name() + " (" + layer.spec().type() + ") ";
      mismatch(layer, shape)
          .ifPresent(
              mismatch -> {
                throw new ShapeInference.InvalidShape(where + mismatch);
              });
      List<Integer> body = outputShape(layer.body(), shape);
      List<Integer> shortcut = outputShape(layer.shortcut(), shape);
      try {
        shape =
            layer.spec() instanceof LayerSpec.Residual
                ? ShapeInference.sum(body, shortcut, !layer.shortcut().isEmpty())
                : ShapeInference.output(layer.spec(), shape);
      } catch (ShapeInference.InvalidShape e) {
        throw new ShapeInference.InvalidShape(where + e.getMessage());
      }
    }
    return shape;
  }

  /**
   * Explains why a layer's weights do not match its input. Shape inference does not check weights.
   */
  private static Optional<String> mismatch(Network.Layer layer, List<Integer> given) {
    List<Integer> takes = layer.inputShape();
    boolean anyLength = layer.tensors().isEmpty() || layer.spec() instanceof LayerSpec.Embedding;
    if (anyLength || takes.size() != given.size()) {
      return Optional.empty();
    }
    boolean image = takes.size() == 3;
    int place = image ? 0 : takes.size() - 1;
    if (!takes.get(place).equals(given.get(place))) {
      String what = (image ? " channel" : " feature") + (takes.get(place) == 1 ? "" : "s");
      return Optional.of("takes " + takes.get(place) + what + " and would get " + given.get(place));
    }
    return layer.spec() instanceof LayerSpec.PositionalEmbedding && !takes.equals(given)
        ? Optional.of("takes a length of " + takes.get(0) + " and would get " + given.get(0))
        : Optional.empty();
  }

  static String format(List<Long> shape) {
    return shape.size() <= 8 ? shape.toString() : "a shape of " + shape.size() + " dimensions";
  }
}
