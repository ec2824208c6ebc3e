package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says why a network cannot take a sample: by the input's shape, and by the layer it would stop at.
 */
final class ShapeRefusal {
  private ShapeRefusal() {}

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
    for (Network.Layer layer : network.layers()) {
      String where = layer.name() + " (" + layer.spec().type() + ")";
      if (ShapeInference.tooLarge(in)) {
        return Optional.empty();
      }
      int takes = layer.inputShape().get(0);
      if (!layer.tensors().isEmpty() && in.get(0) != takes) {
        String what = (in.size() == 1 ? " feature" : " channel") + (takes == 1 ? "" : "s");
        return Optional.of(where + " takes " + takes + what + " and would be given " + in.get(0));
      }
      try {
        in = ShapeInference.output(layer.spec(), in);
      } catch (ShapeInference.Refusal refusal) {
        return Optional.of(where + " " + refusal.getMessage());
      }
    }
    return Optional.empty();
  }

  static String shown(List<Long> shape) {
    return shape.size() <= 8 ? shape.toString() : "a shape of " + shape.size() + " dimensions";
  }
}
