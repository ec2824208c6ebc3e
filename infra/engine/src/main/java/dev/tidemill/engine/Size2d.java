package dev.tidemill.engine;

/** Height and width, e.g. of a kernel. Written as one number where both are the same. */
public record Size2d(int height, int width) {

  /** The same both ways. */
  public static Size2d of(int both) {
    return new Size2d(both, both);
  }

  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : "[" + height + ", " + width + "]";
  }
}
