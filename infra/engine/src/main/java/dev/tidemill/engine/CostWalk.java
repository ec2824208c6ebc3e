package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows one sample through a network, and notes what of it has to be kept for going back. */
final class CostWalk {

  /** What a layer gives on; kept once, however many need it. */
  private static final class Signal {
    private final long values;
    private boolean kept;

    Signal(long values) {
      this.values = values;
    }

    long keptValues() {
      return kept ? values : 0;
    }
  }

  /** A row whose layer's output may yet turn out to be needed. */
  private record Noted(
      String name,
      String type,
      List<Integer> outputShape,
      long parameters,
      LayerWork work,
      Signal own,
      @Nullable String block) {

    LayerCost cost() {
      long values = own.keptValues() + work.extra() + work.room();
      return new LayerCost(
          name, type, outputShape, parameters, work.flops(), values * Float.BYTES, block);
    }
  }

  private static final Signal NONE = new Signal(0);

  private final List<Noted> notes = new ArrayList<>();
  private final boolean checkpointing;
  private final List<LayerCost> costs;
  private long largestGradients;
  private boolean learning;

  CostWalk(Network network) {
    ModelSpec spec = network.spec();
    checkpointing = spec.training().activationCheckpointing();
    Signal input = new Signal(network.layers().get(0).inputLength());
    LayerWork nothing = new LayerWork(0, false, false, 0);
    notes.add(new Noted("input", "input", spec.input().paddedShape(), 0, nothing, input, null));
    Signal output = walk(network.layers(), input, null);
    boolean classes = spec.loss() == LossType.CROSS_ENTROPY;
    // Going back from the loss takes the classes' probabilities, or the outputs themselves.
    output.kept |= !classes;
    LayerWork loss = new LayerWork(0, false, false, classes ? output.values : 0);
    notes.add(new Noted("loss", spec.loss().word(), List.of(), 0, loss, NONE, null));
    costs = notes.stream().map(Noted::cost).toList();
  }

  /** A row for the input, each layer and the loss. */
  List<LayerCost> costs() {
    return costs;
  }

  /** The most values that gradients of one layer's input, output and inner values are. */
  long largestGradients() {
    return largestGradients;
  }

  private Signal walk(List<Network.Layer> layers, Signal input, @Nullable String block) {
    Signal signal = input;
    for (Network.Layer layer : layers) {
      signal = through(layer, signal, block);
    }
    return signal;
  }

  private Signal through(Network.Layer layer, Signal input, @Nullable String block) {
    if (layer.spec() instanceof LayerSpec.Residual) {
      input.kept |= checkpointing;
      String within = block == null ? layer.name() : block;
      Signal unused = walk(layer.body(), input, within);
      unused = walk(layer.shortcut(), input, within);
    }
    LayerWork work = LayerWork.of(layer);
    // Flattened, a sample's values are the same ones.
    boolean same = layer.spec() instanceof LayerSpec.Flatten;
    Signal output = same ? input : new Signal(layer.outputLength());
    input.kept |= work.needsInput();
    output.kept |= work.needsOutput();
    long parameters =
        layer.tensors().stream()
            .filter(tensor -> tensor.kind() == StateLayout.Kind.PARAMETER)
            .mapToLong(StateLayout.Slice::length)
            .sum();
    noteGradients(input, output, work, parameters > 0);
    notes.add(
        new Noted(
            layer.name(),
            layer.spec().type(),
            layer.outputShape(),
            parameters,
            work,
            same ? NONE : output,
            block));
    return output;
  }

  /** Before the first layer that learns, nobody asks for a gradient. */
  private void noteGradients(Signal input, Signal output, LayerWork work, boolean learns) {
    long ofInput = learning ? input.values : 0;
    learning |= learns;
    if (learning) {
      largestGradients = Math.max(largestGradients, ofInput + output.values + work.extra());
    }
  }
}
