package dev.tidemill.engine;

import java.nio.FloatBuffer;

/**
 * First values as PyTorch's modules begin: convolution and linear weights {@code
 * kaiming_uniform_(a=sqrt(5))} and their biases, both U(-1/sqrt(fan_in), 1/sqrt(fan_in)); batch
 * norm 1 and 0 with running mean 0 and variance 1. The numbers are our own: of a {@link
 * SeededStream} for each tensor's name, so that a layer more or less changes no other layer's.
 */
public final class Initialisation {
  private final long seed;

  private Initialisation(long seed) {
    this.seed = seed;
  }

  /** The first values of a seed. */
  public static Initialisation of(long seed) {
    return new Initialisation(seed);
  }

  /** Overwrites all of a state's tensors, the optimizer's too. */
  public void fill(ModelState state) {
    for (Network.Layer layer : Network.of(state.spec()).layers()) {
      boolean drawn =
          layer.spec() instanceof LayerSpec.Conv2d || layer.spec() instanceof LayerSpec.Linear;
      for (StateLayout.Slice tensor : layer.tensors()) {
        if (drawn) {
          uniform(state, tensor, fanIn(layer));
        } else {
          boolean one = tensor.name().endsWith(".weight") || tensor.name().endsWith(".running_var");
          constant(state, tensor, one ? 1 : 0);
        }
      }
    }
    OptimizerSpec optimizer = state.spec().optimizer();
    float begin =
        optimizer instanceof OptimizerSpec.Adagrad adagrad
            ? (float) adagrad.initialAccumulatorValue()
            : 0;
    state.layout().slices().stream()
        .filter(slice -> slice.kind() == StateLayout.Kind.OPTIMIZER)
        .forEach(slice -> constant(state, slice, begin));
  }

  /** Inputs of one output: in-features, or in-channels times the kernel. */
  private static long fanIn(Network.Layer layer) {
    StateLayout.Slice weight = layer.tensors().get(0);
    return weight.length() / weight.shape().get(0);
  }

  private void uniform(ModelState state, StateLayout.Slice tensor, long fanIn) {
    SeededStream stream = SeededStream.of(seed, tensor.name());
    double bound = 1 / Math.sqrt((double) fanIn);
    FloatBuffer values = state.data(tensor).asFloatBuffer();
    while (values.hasRemaining()) {
      values.put((float) (bound * (2.0 * stream.nextFloat() - 1)));
    }
  }

  private static void constant(ModelState state, StateLayout.Slice tensor, float value) {
    FloatBuffer values = state.data(tensor).asFloatBuffer();
    while (values.hasRemaining()) {
      values.put(value);
    }
  }
}
