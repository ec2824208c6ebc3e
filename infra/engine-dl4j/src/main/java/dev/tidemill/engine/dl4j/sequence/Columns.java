package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Signal;

/**
 * Neighbouring columns of rows.
 *
 * @param rows row-major
 * @param first column
 * @param width values of a whole row
 */
public record Columns(Signal rows, int first, int width) {

  /** Where a row's part of them begins. */
  int at(int row) {
    return row * width + first;
  }
}
