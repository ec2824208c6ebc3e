package dev.tidemill.engine;

import dev.tidemill.engine.StateLayout.Kind;
import dev.tidemill.engine.StateLayout.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts a spec's layers and tensors in their places. */
final class NetworkBuilder {

  /** A layer whose tensors have no place yet. */
  private record Planned(
      String name,
      LayerSpec spec,
      List<Integer> in,
      List<Integer> out,
      List<LayerTensors.Tensor> tensors,
      List<Planned> body,
      List<Planned> shortcut) {

    String fullName(LayerTensors.Tensor tensor) {
      return name + "." + tensor.name();
    }
  }

  private final ModelSpec spec;
  private final List<Network.Layer> layers;
  private final List<Slice> slices = new ArrayList<>();
  private final Map<String, Slice> named = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private long end;
  private int index;

  NetworkBuilder(ModelSpec spec) {
    this.spec = spec;
    List<Planned> planned = plan("", spec.layers(), spec.input().paddedShape());
    place(planned, Kind.PARAMETER);
    List<Slice> parameters = List.copyOf(slices);
    place(planned, Kind.BUFFER);
    for (String state : spec.optimizer().stateNames()) {
      for (Slice p : parameters) {
        add("optimizer." + state + "." + p.name(), p.shape(), Kind.OPTIMIZER);
      }
    }
    check(parameters);
    layers = layers(planned);
  }

  /** What is wrong with the whole, e.g. its size. */
  List<String> faults() {
    return faults;
  }

  Network network() {
    return new Network(spec, layers, new StateLayout(slices));
  }

  private static List<Planned> plan(String prefix, List<LayerSpec> specs, List<Integer> in) {
    List<Planned> planned = new ArrayList<>();
    List<Integer> shape = in;
    for (LayerSpec layer : specs) {
      String name = prefix + layer.name();
      List<Integer> out = ShapeInference.output(layer, shape);
      List<Planned> body = List.of();
      List<Planned> shortcut = List.of();
      if (layer instanceof LayerSpec.Residual residual) {
        body = plan(name + ".", residual.layers(), shape);
        shortcut = plan(name + ".shortcut.", residual.shortcut(), shape);
      }
      List<LayerTensors.Tensor> tensors = layer.accept(new LayerTensors(shape));
      planned.add(new Planned(name, layer, shape, out, tensors, body, shortcut));
      shape = out;
    }
    return planned;
  }

  private void place(List<Planned> planned, Kind kind) {
    for (Planned layer : planned) {
      for (LayerTensors.Tensor tensor : layer.tensors) {
        if (tensor.kind() == kind) {
          add(layer.fullName(tensor), tensor.shape(), kind);
        }
      }
      place(layer.body, kind);
      place(layer.shortcut, kind);
    }
  }

  private void add(String name, List<Integer> shape, Kind kind) {
    long length = Shapes.elements(shape);
    Slice slice = new Slice(name, List.copyOf(shape), kind, end, length);
    slices.add(slice);
    if (named.put(name, slice) != null && kind != Kind.OPTIMIZER) {
      faults.add("layers: names need to be such that only one tensor is called " + name);
    }
    end = Shapes.plus(end, length);
  }

  /** With all tensors in place. A block's number comes before those of what is in it. */
  private List<Network.Layer> layers(List<Planned> planned) {
    List<Network.Layer> placed = new ArrayList<>();
    for (Planned layer : planned) {
      int number = index++;
      placed.add(
          new Network.Layer(
              number,
              layer.name,
              layer.spec,
              layer.in,
              layer.out,
              layer.tensors.stream()
                  .map(tensor -> Objects.requireNonNull(named.get(layer.fullName(tensor))))
                  .toList(),
              layers(layer.body),
              layers(layer.shortcut)));
    }
    return List.copyOf(placed);
  }

  private void check(List<Slice> parameters) {
    if (parameters.isEmpty()) {
      faults.add("layers: none of them learns anything; a linear or conv2d layer is needed");
    }
    if (end > Network.MAX_STATE_LENGTH) {
      Slice largest =
          slices.stream().max((a, b) -> Long.compare(a.length(), b.length())).orElseThrow();
      faults.add(
          "layers: a model's parameters, buffers and optimizer state may be "
              + Network.MAX_STATE_LENGTH
              + " values in all, got "
              + (end == Long.MAX_VALUE ? "more than 2^63" : end)
              + "; the largest tensor is "
              + largest.name()
              + " "
              + largest.shape());
    }
  }
}
