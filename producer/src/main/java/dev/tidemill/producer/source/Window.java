package dev.tidemill.producer.source;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a long sequence into samples.
 *
 * @param length positions in a sample
 * @param stride positions from the start of one sample to the start of the next; samples overlap if
 *     it is less than the length
 */
public record Window(int length, int stride) {
  public static final Window DEFAULT = new Window(64, 64);

  public Window {
    if (length < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "window length " + length + " and stride " + stride + " must be at least 1");
    }
  }

  /** Returns a window, or the default if there is none. */
  public static Window orDefault(@Nullable Window window) {
    return window == null ? DEFAULT : window;
  }

  /** The window's part of a source's key. */
  public String key() {
    return "window=" + length + (stride == length ? "" : ",stride=" + stride);
  }
}
