package dev.tidemill.engine.dl4j.kernel;

/** The matrix products of a {@link Linear} layer. */
interface LinearProducts {

  /** Computes {@code y = x * w^T}. */
  void forward();

  /** Computes {@code dw = dy^T * x}. */
  void weightGradient();

  /** Computes {@code dx = dy * w} if the input has a gradient. */
  void inputGradient();

  /** Names the library or loop that multiplies, for {@link Kernel#describe}. */
  String describe();
}
