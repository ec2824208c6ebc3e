package dev.tidemill.engine.dl4j.kernel;

/**
 * The computation of one layer for one batch size. The constructor allocates memory and prepares
 * native calls, so running a kernel allocates nothing. Not thread-safe.
 */
public interface Kernel {

  /** Computes the output in inference mode. */
  void forward();

  /**
   * Computes the output in training mode.
   *
   * @param pass the step and the position of its samples
   */
  default void forwardTraining(TrainingPass pass) {
    forward();
  }

  /**
   * Computes the gradients of the parameters from the output's gradient, and the input's gradient
   * if it has one. Overwrites earlier gradients. Call {@link #forwardTraining} first.
   */
  void backward();

  /**
   * Describes this kernel, its shapes and the chosen algorithm, for example {@code conv2d 1x32x32
   * to 6x28x28: oneDNN}. The same shapes and batch size always give the same text.
   */
  String describe();
}
