package dev.tidemill.producer.source;

/**
 * How a long sequence is cut into samples.
 *
 * @param length places in a sample
 * @param stride from the beginning of a sample to that of the next; below the length, samples
 *     overlap
 */
public record Window(int length, int stride) {
  public static final Window USUAL = new Window(64, 64);

  public Window {
    if (length < 1 || stride < 1) {
      throw new IllegalArgumentException("a window of " + length + ", stride " + stride);
    }
  }

  /** Part of a source's key: what tells its samples from those of another window. */
  public String key() {
    return "window=" + length + (stride == length ? "" : ",stride=" + stride);
  }
}
