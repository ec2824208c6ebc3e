package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says why a network cannot take a sample: by the input's shape, and by the layer it would stop at.
 */
final class ShapeErrors {
  private ShapeErrors() {}

  static Optional<String> of(Network network, List<Long> given) {
    List<Integer> takes = network.spec().input().shape();
    if (same(takes, given, 0) || (!given.isEmpty() && given.get(0) == 1 && same(takes, given, 1))) {
      return Optional.empty();
    }
    String text = "input takes " + takes + ", was given " + shown(given);
    return Optional.of(
        layer(network, given).map(layer -> text + " (with it, " + layer + ")").orElse(text));
  }

  /** Whether the sizes from {@code from} on are those of a sample. */
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

  /** The first layer whose weights do not fit what it would be given. */
  private static Optional<String> layer(Network network, List<Long> given) {
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
      List<Integer> unused = through(network.layers(), in);
      return Optional.empty();
    } catch (ShapeInference.Refusal refusal) {
      return Optional.of(String.valueOf(refusal.getMessage()));
    }
  }

  /** What the layers would give; the refusal names the layer that cannot. */
  private static List<Integer> through(List<Network.Layer> layers, List<Integer> in) {
    List<Integer> shape = in;
    for (Network.Layer layer : layers) {
      String where = layer.name() + " (" + layer.spec().type() + ") ";
      misfit(layer, shape)
          .ifPresent(
              misfit -> {
                throw new ShapeInference.Refusal(where + misfit);
              });
      List<Integer> body = through(layer.body(), shape);
      List<Integer> shortcut = through(layer.shortcut(), shape);
      try {
        shape =
            layer.spec() instanceof LayerSpec.Residual
                ? ShapeInference.sum(body, shortcut, !layer.shortcut().isEmpty())
                : ShapeInference.output(layer.spec(), shape);
      } catch (ShapeInference.Refusal refusal) {
        throw new ShapeInference.Refusal(where + refusal.getMessage());
      }
    }
    return shape;
  }

  /**
   * Why a layer's weights do not fit what it would be given; shape inference looks at no weight.
   */
  private static Optional<String> misfit(Network.Layer layer, List<Integer> given) {
    List<Integer> takes = layer.inputShape();
    boolean anyLength = layer.tensors().isEmpty() || layer.spec() instanceof LayerSpec.Embedding;
    if (anyLength || takes.size() != given.size()) {
      return Optional.empty();
    }
    boolean image = takes.size() == 3;
    int place = image ? 0 : takes.size() - 1;
    if (!takes.get(place).equals(given.get(place))) {
      String what = (image ? " channel" : " feature") + (takes.get(place) == 1 ? "" : "s");
      return Optional.of(
          "takes " + takes.get(place) + what + " and would be given " + given.get(place));
    }
    return layer.spec() instanceof LayerSpec.PositionalEmbedding && !takes.equals(given)
        ? Optional.of("takes a length of " + takes.get(0) + " and would be given " + given.get(0))
        : Optional.empty();
  }

  static String shown(List<Long> shape) {
    return shape.size() <= 8 ? shape.toString() : "a shape of " + shape.size() + " dimensions";
  }
}
