package dev.tidemill.engine;

/** Height and width, e.g. of a kernel. Prints as one number if both are equal. */
public record Size2d(int height, int width) {

  /** Returns a square size. */
  public static Size2d of(int both) {
    return new Size2d(both, both);
  }

  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : "[" + height + ", " + width + "]";
  }
}
