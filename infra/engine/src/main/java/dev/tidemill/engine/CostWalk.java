package dev.tidemill.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows one sample through a network and records what the backward pass needs of it. */
final class CostWalk {

  /** A layer's output. It is saved once, even if several layers need it. */
  private static final class Activations {
    private final long values;
    private boolean kept;

    Activations(long values) {
      this.values = values;
    }

    long keptValues() {
      return kept ? values : 0;
    }
  }

  /** A row of the result. A later layer may still mark its output as kept. */
  private record Row(
      String name,
      String type,
      List<Integer> outputShape,
      long parameters,
      LayerWork work,
      Activations own,
      @Nullable String block) {

    LayerCost cost() {
      long values = own.keptValues() + work.saved() + work.workspace();
      return new LayerCost(
          name, type, outputShape, parameters, work.flops(), values * Float.BYTES, block);
    }
  }

  private static final Activations NONE = new Activations(0);

  private final List<Row> rows = new ArrayList<>();
  private final boolean checkpointing;
  private final List<LayerCost> costs;
  private long largestGradients;
  private boolean learning;

  CostWalk(Network network) {
    ModelSpec spec = network.spec();
    checkpointing = spec.training().activationCheckpointing();
    Activations input = new Activations(network.layers().get(0).inputLength());
    LayerWork nothing = new LayerWork(0, false, false, 0);
    rows.add(new Row("input", "input", spec.input().paddedShape(), 0, nothing, input, null));
    Activations output = walk(network.layers(), input, null);
    boolean classes = spec.loss().type() == LossType.CROSS_ENTROPY;
    // The loss gradient needs the class probabilities (cross entropy) or the outputs (mse).
    output.kept |= !classes;
    LayerWork loss = new LayerWork(0, false, false, classes ? output.values : 0);
    rows.add(new Row("loss", spec.loss().type().word(), List.of(), 0, loss, NONE, null));
    costs = rows.stream().map(Row::cost).toList();
  }

  /** Returns a row for the input, one for each layer, and one for the loss. */
  List<LayerCost> costs() {
    return costs;
  }

  /** Returns the largest number of gradient values of one layer: its input, output and inside. */
  long largestGradients() {
    return largestGradients;
  }

  private Activations walk(List<Network.Layer> layers, Activations input, @Nullable String block) {
    Activations values = input;
    for (Network.Layer layer : layers) {
      values = visit(layer, values, block);
    }
    return values;
  }

  private Activations visit(Network.Layer layer, Activations input, @Nullable String block) {
    if (layer.spec() instanceof LayerSpec.Residual) {
      input.kept |= checkpointing;
      String within = block == null ? layer.name() : block;
      Activations unused = walk(layer.body(), input, within);
      unused = walk(layer.shortcut(), input, within);
    }
    LayerWork work = LayerWork.of(layer);
    // Flattening is a view of the same values.
    boolean same = layer.spec() instanceof LayerSpec.Flatten;
    Activations output = same ? input : new Activations(layer.outputLength());
    input.kept |= work.needsInput();
    output.kept |= work.needsOutput();
    long parameters =
        layer.tensors().stream()
            .filter(tensor -> tensor.kind() == StateLayout.Kind.PARAMETER)
            .mapToLong(StateLayout.Slice::length)
            .sum();
    recordGradients(input, output, work, parameters > 0);
    rows.add(
        new Row(
            layer.name(),
            layer.spec().type(),
            layer.outputShape(),
            parameters,
            work,
            same ? NONE : output,
            block));
    return output;
  }

  /** Ignores layers before the first one with parameters: they compute no gradient. */
  private void recordGradients(
      Activations input, Activations output, LayerWork work, boolean learns) {
    long ofInput = learning ? input.values : 0;
    learning |= learns;
    if (learning) {
      largestGradients = Math.max(largestGradients, ofInput + output.values + work.saved());
    }
  }
}
