package dev.tidemill.engine.dl4j.kernel;

/** The matrix products of a {@link Linear} layer. */
interface LinearProducts {

  /** {@code y = x * w^T}. */
  void forward();

  /** {@code dw = dy^T * x}. */
  void weightGradient();

  /** {@code dx = dy * w}, where anybody asks for it. */
  void inputGradient();

  /** Names the library or loop that multiplies, for {@link Kernel#describe}. */
  String describe();
}
