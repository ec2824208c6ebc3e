package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;

/** The kernel size, stride and padding of a convolution or pooling. */
public record Window(Size2d kernel, Size2d stride, Size2d padding) {

  int area() {
    return kernel.height() * kernel.width();
  }

  boolean hasStride1() {
    return stride.height() == 1 && stride.width() == 1;
  }

  /** Returns whether the window is 2 by 2 with stride 2 and no padding, the most common pooling. */
  boolean isHalving() {
    return kernel.equals(Size2d.of(2)) && stride.equals(kernel) && padding.equals(Size2d.of(0));
  }
}
