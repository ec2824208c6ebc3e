package dev.tidemill.engine;

import dev.tidemill.engine.StateLayout.Kind;
import dev.tidemill.engine.StateLayout.Slice;
import java.util.ArrayList;
import java.util.List;

/** Puts a spec's layers and tensors in their places. */
final class NetworkBuilder {
  private final ModelSpec spec;
  private final List<Network.Layer> layers = new ArrayList<>();
  private final List<Slice> slices = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private long end;

  NetworkBuilder(ModelSpec spec) {
    this.spec = spec;
    List<List<Integer>> shapes = shapes();
    List<List<LayerTensors.Tensor>> tensors = new ArrayList<>();
    for (int i = 0; i < spec.layers().size(); i++) {
      tensors.add(spec.layers().get(i).accept(new LayerTensors(shapes.get(i))));
    }
    place(tensors, Kind.PARAMETER);
    List<Slice> parameters = List.copyOf(slices);
    place(tensors, Kind.BUFFER);
    List<Slice> own = List.copyOf(slices);
    for (String state : spec.optimizer().stateNames()) {
      for (Slice p : parameters) {
        add("optimizer." + state + "." + p.name(), p.shape(), Kind.OPTIMIZER);
      }
    }
    check(parameters, shapes);
    for (int i = 0; i < spec.layers().size(); i++) {
      LayerSpec layer = spec.layers().get(i);
      List<Slice> ofLayer = new ArrayList<>();
      for (LayerTensors.Tensor tensor : tensors.get(i)) {
        String name = layer.name() + "." + tensor.name();
        own.stream().filter(s -> s.name().equals(name)).forEach(ofLayer::add);
      }
      layers.add(
          new Network.Layer(i, layer, shapes.get(i), shapes.get(i + 1), List.copyOf(ofLayer)));
    }
  }

  /** What is wrong with the whole, e.g. its size. */
  List<String> faults() {
    return faults;
  }

  Network network() {
    return new Network(spec, layers, new StateLayout(slices));
  }

  /** The shape before each layer, and after the last. */
  private List<List<Integer>> shapes() {
    List<List<Integer>> shapes = new ArrayList<>();
    shapes.add(spec.input().paddedShape());
    for (LayerSpec layer : spec.layers()) {
      shapes.add(ShapeInference.output(layer, shapes.get(shapes.size() - 1)));
    }
    return shapes;
  }

  private void place(List<List<LayerTensors.Tensor>> tensors, Kind kind) {
    for (int i = 0; i < tensors.size(); i++) {
      for (LayerTensors.Tensor tensor : tensors.get(i)) {
        if (tensor.kind() == kind) {
          add(spec.layers().get(i).name() + "." + tensor.name(), tensor.shape(), kind);
        }
      }
    }
  }

  private void add(String name, List<Integer> shape, Kind kind) {
    long length = Shapes.elements(shape);
    slices.add(new Slice(name, List.copyOf(shape), kind, end, length));
    end = Shapes.plus(end, length);
  }

  private void check(List<Slice> parameters, List<List<Integer>> shapes) {
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
    if (spec.training().batchSize() == 1) {
      oneValueNorms(shapes);
    }
  }

  /** PyTorch's rule: a variance needs more than one value. */
  private void oneValueNorms(List<List<Integer>> shapes) {
    for (int i = 0; i < spec.layers().size(); i++) {
      LayerSpec layer = spec.layers().get(i);
      List<Integer> in = shapes.get(i);
      boolean norm =
          layer instanceof LayerSpec.BatchNorm1d || layer instanceof LayerSpec.BatchNorm2d;
      if (norm && Shapes.elements(in) == in.get(0)) {
        faults.add(
            LayerReader.where(i, layer.name(), layer.type())
                + ": needs more than one value a channel to train on, got training.batch_size 1 and"
                + " an input of shape "
                + in);
      }
    }
  }
}
