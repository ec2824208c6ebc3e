package dev.tidemill.engine;

import dev.tidemill.engine.StateLayout.Kind;
import dev.tidemill.engine.StateLayout.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Infers the shapes of a spec's layers and lays out their tensors. */
final class NetworkBuilder {

  /** A layer with shapes, whose tensors have no offset yet. */
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
    addTensors(planned, Kind.PARAMETER);
    List<Slice> parameters = List.copyOf(slices);
    addTensors(planned, Kind.BUFFER);
    for (String state : spec.optimizer().stateNames()) {
      for (Slice p : parameters) {
        add("optimizer." + state + "." + p.name(), p.shape(), Kind.OPTIMIZER);
      }
    }
    check(parameters);
    layers = layers(planned);
  }

  /** Faults of the network as a whole, e.g. its size. */
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

  private void addTensors(List<Planned> planned, Kind kind) {
    for (Planned layer : planned) {
      for (LayerTensors.Tensor tensor : layer.tensors) {
        if (tensor.kind() == kind) {
          add(layer.fullName(tensor), tensor.shape(), kind);
        }
      }
      addTensors(layer.body, kind);
      addTensors(layer.shortcut, kind);
    }
  }

  private void add(String name, List<Integer> shape, Kind kind) {
    long length = Shapes.elements(shape);
    Slice slice = new Slice(name, List.copyOf(shape), kind, end, length);
    slices.add(slice);
    if (named.put(name, slice) != null && kind != Kind.OPTIMIZER) {
      faults.add("layers: two tensors would have the name " + name + "; rename one of the layers");
    }
    end = Shapes.plus(end, length);
  }

  /** Builds the layers once all tensors have offsets. A block is numbered before its layers. */
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
      faults.add("layers: none has parameters; add a layer that learns, e.g. linear or conv2d");
    }
    if (end > Network.MAX_STATE_LENGTH) {
      Slice largest =
          slices.stream().max((a, b) -> Long.compare(a.length(), b.length())).orElseThrow();
      faults.add(
          "layers: parameters, buffers and optimizer state must be at most "
              + Network.MAX_STATE_LENGTH
              + " values in total, got "
              + (end == Long.MAX_VALUE ? "more than 2^63" : end)
              + "; the largest tensor is "
              + largest.name()
              + " "
              + largest.shape());
    }
  }
}
