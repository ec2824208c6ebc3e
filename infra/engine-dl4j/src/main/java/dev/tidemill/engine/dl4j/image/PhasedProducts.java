package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * The products of a {@link PhasedImage} with a convolution's weights, a quarter of the
 * convolution's values at a time. The values, or the gradients of them, lie in four runs of floats,
 * one a quarter: in each the output channels' rows, as long as the image's.
 */
interface PhasedProducts {

  /** Loads the weights. */
  void loadWeights(Floats weights);

  /** Loads an image, already split. */
  void loadImage(PhasedImage image);

  /** Computes the convolution's values. */
  void multiply();

  /**
   * Adds what an image gives to the gradient of the weights.
   *
   * @param first whether it is a batch's first one, which begins the sum
   */
  void correlate(boolean first);

  /** Stores the gradient of the weights. */
  void storeGradient(Floats gradient);

  /** Names the library or loop that multiplies, for {@code Kernel.describe}. */
  String describe();
}
