package dev.tidemill.engine.dl4j.image;

import dev.tidemill.engine.Size2d;

/** The window that a convolution or a pooling moves over an image. */
public record Window(Size2d kernel, Size2d stride, Size2d padding) {

  int area() {
    return kernel.height() * kernel.width();
  }

  boolean everyPlace() {
    return stride.height() == 1 && stride.width() == 1;
  }

  /** The commonest pooling: 2 by 2 without overlap or padding. */
  boolean halves() {
    return kernel.equals(Size2d.of(2)) && stride.equals(kernel) && padding.equals(Size2d.of(0));
  }
}
