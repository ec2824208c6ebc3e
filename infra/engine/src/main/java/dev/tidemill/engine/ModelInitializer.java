package dev.tidemill.engine;

/**
 * Initializes a model with the distributions of PyTorch's modules (see {@link TensorInitializer}).
 * Each tensor draws from its own {@link SeededStream}, which depends on its name. So adding or
 * removing a layer does not change the values of the others.
 */
public final class ModelInitializer {
  private final long seed;

  private ModelInitializer(long seed) {
    this.seed = seed;
  }

  /** Returns the initializer for a seed. */
  public static ModelInitializer of(long seed) {
    return new ModelInitializer(seed);
  }

  /** Overwrites all tensors of a state, including the optimizer state. */
  public void fill(ModelState state) {
    for (Network.Layer layer : Network.of(state.spec()).allLayers()) {
      for (StateLayout.Slice tensor : layer.tensors()) {
        TensorInitializer start =
            layer.spec().accept(new TensorInitializer.PyTorchDefault(layer, tensor));
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
