package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Signal;

/**
 * A contiguous range of columns of a matrix.
 *
 * @param rows row-major matrix
 * @param first first column
 * @param width values per row of the matrix
 */
public record Columns(Signal rows, int first, int width) {

  /** Returns the offset of the first column in a row. */
  int offset(int row) {
    return row * width + first;
  }
}
