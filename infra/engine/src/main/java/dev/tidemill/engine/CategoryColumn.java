package dev.tidemill.engine;

/**
 * An element of a sample that is the number of a category.
 *
 * @param index of the element, from 0
 * @param categories how many there are; the numbers are 0 to one less
 */
public record CategoryColumn(int index, int categories) {
  /** The largest number of categories: FLOAT32 represents all integers up to it. */
  static final int MAX_CATEGORIES = 1 << 24;

  /** Whether an element is the number of a category. */
  public boolean accepts(float element) {
    return element >= 0 && element < categories && element == (int) element;
  }

  /**
   * Returns an element as the number of a category.
   *
   * @throws IllegalArgumentException if it is none
   */
  public int category(float element) {
    if (!accepts(element)) {
      throw new IllegalArgumentException(
          "value "
              + element
              + " of element "
              + index
              + " is invalid; categories are integers from 0 to "
              + (categories - 1));
    }
    return (int) element;
  }

  /** The name of the column's tensor in the layer. */
  public String tensor() {
    return index + ".weight";
  }
}
