package dev.tidemill.engine;

/**
 * First values as PyTorch's modules begin (see {@link TensorInitializer}). The numbers are our own:
 * of a {@link SeededStream} for each tensor's name, so that a layer more or less changes no other
 * layer's.
 */
public final class ModelInitializer {
  private final long seed;

  private ModelInitializer(long seed) {
    this.seed = seed;
  }

  /** The first values of a seed. */
  public static ModelInitializer of(long seed) {
    return new ModelInitializer(seed);
  }

  /** Overwrites all of a state's tensors, the optimizer's too. */
  public void fill(ModelState state) {
    for (Network.Layer layer : Network.of(state.spec()).allLayers()) {
      for (StateLayout.Slice tensor : layer.tensors()) {
        TensorInitializer start = layer.spec().accept(new TensorInitializer.Of(layer, tensor));
        fill(state, tensor, start);
      }
    }
    OptimizerSpec optimizer = state.spec().optimizer();
    float begin =
        optimizer instanceof OptimizerSpec.Adagrad adagrad
            ? (float) adagrad.initialAccumulatorValue()
            : 0;
    state.layout().slices().stream()
        .filter(slice -> slice.kind() == StateLayout.Kind.OPTIMIZER)
        .forEach(slice -> fill(state, slice, new TensorInitializer.Constant(begin)));
  }

  private void fill(ModelState state, StateLayout.Slice tensor, TensorInitializer start) {
    start.fill(state.data(tensor).asFloatBuffer(), SeededStream.of(seed, tensor.name()));
  }
}
