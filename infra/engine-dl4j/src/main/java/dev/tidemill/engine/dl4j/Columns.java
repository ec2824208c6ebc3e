package dev.tidemill.engine.dl4j;

/**
 * Neighbouring columns of rows.
 *
 * @param rows row-major
 * @param first column
 * @param width values of a whole row
 */
record Columns(Signal rows, int first, int width) {

  /** Where a row's part of them begins. */
  int at(int row) {
    return row * width + first;
  }
}
