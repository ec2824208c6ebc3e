package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;
import java.util.List;

/** The shape of one image: a row-major plane per channel. */
public record Image(int channels, int height, int width) {

  /**
   * Returns the image shape of a layer.
   *
   * @param shape {@code [channels, height, width]}
   */
  public static Image of(List<Integer> shape) {
    return new Image(shape.get(0), shape.get(1), shape.get(2));
  }

  int planeLength() {
    return height * width;
  }

  int length() {
    return channels * planeLength();
  }

  /** Returns the output shape of a convolution or pooling; sizes round down. */
  Image outputShape(int outChannels, Window window) {
    Size2d k = window.kernel();
    Size2d s = window.stride();
    Size2d p = window.padding();
    return new Image(
        outChannels,
        (height + 2 * p.height() - k.height()) / s.height() + 1,
        (width + 2 * p.width() - k.width()) / s.width() + 1);
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
