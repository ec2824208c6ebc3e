package dev.tidemill.engine.dl4j.kernel;

/**
 * One layer's computation for one batch size: memory and native calls were prepared when it was
 * made, so that running it allocates nothing. One thread at a time.
 */
public interface Kernel {

  /** Computes the output from the input as an answer needs it. */
  void forward();

  /**
   * Computes the output as training needs it.
   *
   * @param pass which update, and which of its samples
   */
  default void forwardTraining(TrainingPass pass) {
    forward();
  }

  /**
   * From the output's gradient, the gradients of the parameters and, where wanted, of the input.
   * They replace what was there. Follows a {@link #forwardTraining}.
   */
  void backward();

  /**
   * Describes this kernel, its shapes, and the algorithm chosen for them, e.g. {@code conv2d
   * 1x32x32 to 6x28x28: oneDNN}. Always the same for the same shapes and batch size.
   */
  String describe();
}
