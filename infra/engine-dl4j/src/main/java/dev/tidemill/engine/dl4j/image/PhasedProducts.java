package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * The products of a {@link PhasedImage} and a convolution's weights, one quarter of the
 * convolution's outputs at a time. A quarter is a contiguous range of floats with a row per output
 * channel, as long as the image's rows. The quarters hold output values, or their gradients.
 */
interface PhasedProducts {

  /** Loads the weights. */
  void loadWeights(Floats weights);

  /** Loads a split image. */
  void loadImage(PhasedImage image);

  /** Computes the convolution's outputs. */
  void multiply();

  /**
   * Adds one image's contribution to the gradient of the weights.
   *
   * @param first whether the image is the first of its batch, which resets the gradient
   */
  void correlate(boolean first);

  /** Stores the gradient of the weights. */
  void storeGradient(Floats gradient);

  /** Names the library or loop that multiplies, for {@code Kernel.describe}. */
  String describe();
}
